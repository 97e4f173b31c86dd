// Resets 10,000 times amid an episode and closes 1,000 environments, in threads, and says what is left: node scripts/leaks.js
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { blocking } from '../dist/node/index.js';
import { plainWalker } from '../test/fixtures/plain-walker.js';

const count = (folder) => readdirSync(folder).length;

async function left(label) {
  await setTimeout(500);
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  const line = `${label}: ${count('/proc/self/task')} threads, ${count('/proc/self/fd')} files, ${megabytes(heapUsed)} MiB heap, ${megabytes(rss)} MiB resident`;
  process.stdout.write(`${line}\n`);
}

await left('before');
const env = plainWalker({ suspension: blocking() });
for (let i = 1; i <= 10_000; i++) {
  env.reset();
  env.step(1);
  if (i === 1000) await left('one environment, 1,000 resets');
}
await left('one environment, 10,000 resets');
env.close();
for (let i = 1; i <= 1000; i++) {
  const short = plainWalker({ suspension: blocking() });
  short.reset();
  short.step(1);
  short.close();
  if (i % 250 === 0) await left(`${i} environments closed amid an episode`);
}
