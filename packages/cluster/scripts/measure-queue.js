// What a database costs a run: registering units, taking one, ending one, and collecting results. Needs a database that was prepared for nothing else:
//   node --expose-gc packages/cluster/scripts/measure-queue.js postgres://USER:PASSWORD@HOST/DATABASE [UNITS]
import { initCluster, openCluster } from '../dist/index.js';

const [url, units = '10000'] = process.argv.slice(2);
const versions = { node: process.versions.node, unbraid: 'measured' };
const sorted = (times) => times.toSorted((a, b) => a - b);
const quantile = (times, q) => sorted(times)[Math.floor(q * (times.length - 1))].toFixed(1);
const told = (name, times) =>
  process.stdout.write(
    `${name}: p50 ${quantile(times, 0.5)} ms, p95 ${quantile(times, 0.95)} ms, of ${times.length}\n`,
  );
const megabytes = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `${(rss / 2 ** 20).toFixed(0)} MiB resident, ${(heapUsed / 2 ** 20).toFixed(1)} MiB of heap`;
};

async function timed(times, work) {
  const began = performance.now();
  const result = await work();
  times.push(performance.now() - began);
  return result;
}

await initCluster(url);
const cluster = await openCluster(url);
const worker = await cluster.register({ machine: 'measured', process: process.pid, cores: 1, versions });
const value = new Uint8Array(20_000).fill(1);

/** One worker does all units of a run, which this process collects beside. */
async function measure(count, done) {
  const config = {
    experiment: 'measured',
    preset: 'smoke',
    fingerprint: `measured ${count} ${Date.now()} ${Math.random()}`,
  };
  const { id } = await cluster.enterRun({ config, versions, name: 'measured' });
  const keys = Array.from({ length: count }, (_, i) => `unit ${i}`);
  const began = performance.now();
  await cluster.offer(id, { group: 0, keys, before: [] });
  process.stdout.write(`${count} units: registered in ${(performance.now() - began).toFixed(0)} ms; ${megabytes()}\n`);
  const [takes, touches, ends, collects] = [[], [], [], []];
  for (let i = 0; i < done; i++) {
    const job = await timed(takes, () => cluster.take({ worker, versions }));
    await timed(touches, () => job.touch());
    await timed(ends, () => job.complete(value, 0));
  }
  told('  take', takes);
  told('  touch', touches);
  told('  complete, 20 kB', ends);
  told(
    '  take and complete',
    takes.map((take, i) => take + ends[i]),
  );
  const end = new AbortController();
  let collected = 0;
  let before = megabytes();
  for await (const { key } of cluster.results(id, end.signal)) {
    await timed(collects, () => cluster.value(id, key));
    if (++collected === 100) before = megabytes();
    if (collected === done) end.abort();
  }
  told('  collect', collects);
  process.stdout.write(`  after 100 results ${before}; after ${collected} ${megabytes()}\n`);
  await cluster.remove(id);
}

await measure(60, 60);
await measure(Number(units), Math.min(Number(units), 1000));
await cluster.close();
