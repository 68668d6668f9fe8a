// A password as an Express app stores it: [password, options] as JSON in the argument, the hash on standard output.
import argon2 from 'argon2';

const [password, options] = JSON.parse(process.argv[2]);
console.log(await argon2.hash(password, options));
