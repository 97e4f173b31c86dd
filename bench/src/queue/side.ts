import { randomBytes } from 'node:crypto';
import { openCluster } from '@unbraid/cluster';
import { type FromSide, type SideTask, type Times, VERSIONS } from './protocol.ts';

/** Workers that take units, say once that they live, and complete them, one after the other without any work. */

const { url, workers, seconds, bytes } = JSON.parse(process.argv[2]!) as SideTask;
const times: Times = { take: [], touch: [], complete: [] };
const value = randomBytes(bytes);

async function timed<T>(kind: keyof Times, ask: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const answer = await ask();
  times[kind].push((performance.now() - began) / 1000);
  return answer;
}

async function openWorker() {
  const cluster = await openCluster(url);
  const worker = await cluster.register({ machine: 'bench', process: process.pid, cores: 1, versions: VERSIONS });
  return {
    async work(until: number): Promise<void> {
      while (performance.now() < until) {
        const job = await timed('take', () => cluster.take({ worker, versions: VERSIONS }));
        if (job === undefined) throw new Error('bench: no units are left; offer more');
        await timed('touch', () => job.touch());
        await timed('complete', () => job.complete(value, 0));
      }
    },
    close: () => cluster.close(),
  };
}

const send = (message: FromSide) => new Promise<void>((done) => process.send!(message, () => done()));
const open = await Promise.all(Array.from({ length: workers }, openWorker));
const told = new Promise((go) => process.once('message', go));
await send({ type: 'ready' });
await told;
const until = performance.now() + seconds * 1000;
await Promise.all(open.map(({ work }) => work(until)));
await send({ type: 'done', ...times });
await Promise.all(open.map(({ close }) => close()));
process.disconnect();
