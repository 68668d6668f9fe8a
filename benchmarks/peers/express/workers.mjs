// node workers.mjs APPLICATION: as many processes of it as gunicorn has workers, by Node's own cluster.
import cluster from 'node:cluster';

const { PORT, WORKERS } = process.env;

if (cluster.isPrimary) {
  for (let number = 0; number < Number(WORKERS); number += 1) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill();
    process.exit(0);
  });
} else {
  const { default: app } = await import(`./${process.argv[2]}`);
  app.listen(Number(PORT), '127.0.0.1');
}
