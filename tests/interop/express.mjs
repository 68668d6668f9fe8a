// The Passport guide's Express app, shortened: its strategy, the tokens of its login, its protected route, its refresh.
// Besides, an identity gateway: it signs with a key of its own and publishes the public half.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy as JwtStrategy } from 'passport-jwt';

const { JWT_SECRET, JWT_REFRESH_SECRET, JWKS_URL, JWKS_ALGORITHM } = process.env;

async function publishedKey(token) {
  const { kid } = jwt.decode(token, { complete: true }).header;
  const { keys } = await (await fetch(JWKS_URL)).json();
  return createPublicKey({ key: keys.find((key) => key.kid === kid), format: 'jwk' });
}

const options = { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() };
passport.use(new JwtStrategy(
  JWKS_URL
    ? {
        ...options,
        secretOrKeyProvider: (_request, token, done) =>
          publishedKey(token).then((key) => done(null, key), (error) => done(error)),
        algorithms: [JWKS_ALGORITHM],
        issuer: 'flaskport',
        audience: 'flaskport',
      }
    : { ...options, secretOrKey: JWT_SECRET },
  (payload, done) => done(null, { id: payload.sub, email: payload.email, role: payload.role }),
));

const gateway = generateKeyPairSync('rsa', { modulusLength: 2048 });
const app = express();
app.use(express.json());
app.use(passport.initialize());

app.post('/auth/login', (req, res) => {
  const user = req.body;
  const accessToken = jwt.sign({ sub: user.id, email: user.email, role: user.role }, JWT_SECRET, { expiresIn: '15m' });
  const refreshToken = jwt.sign({ sub: user.id }, JWT_REFRESH_SECRET, { expiresIn: '7d' });
  res.json({ accessToken, refreshToken });
});

app.post('/auth/refresh', (req, res) => {
  try {
    const payload = jwt.verify(req.body.refreshToken, JWT_REFRESH_SECRET);
    res.json({ accessToken: jwt.sign({ sub: payload.sub }, JWT_SECRET, { expiresIn: '15m' }) });
  } catch {
    res.status(401).json({ message: 'Invalid token' });
  }
});

app.get('/api/profile', passport.authenticate('jwt', { session: false }), (req, res) => res.json(req.user));

app.post('/sign', (req, res) => {
  const { payload, secret, options } = req.body;
  res.json(jwt.sign(payload, secret ?? gateway.privateKey, options));
});

app.get('/jwks.json', (_req, res) => {
  res.json({ keys: [{ ...gateway.publicKey.export({ format: 'jwk' }), kid: 'gateway', use: 'sig', alg: 'RS256' }] });
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
