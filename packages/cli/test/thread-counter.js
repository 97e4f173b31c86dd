// The command with an experiment that counts the threads of its own process (Linux) and says what its threads and child processes are told.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { defineExperiment } from '@unbraid/experiment';
import { csrFromEntries, fit as fitOnGraph } from '@unbraid/gfgn';
import { dense, fit, sequential, softmaxCrossEntropy } from '@unbraid/nn';
import { z } from 'zod';
import { createRegistry, runProcess } from '../dist/index.js';

const count = () => readdirSync('/proc/self/task').length;

/** The most threads there are while a network is trained. */
async function whileFitting() {
  const rows = 64;
  const x = { rows, cols: 32, data: Float32Array.from({ length: rows * 32 }, (_, i) => Math.sin(i)) };
  const y = Int32Array.from({ length: rows }, (_, i) => i % 4);
  let most = 0;
  await fit({
    model: sequential([dense(32, 64), dense(64, 4)]),
    loss: softmaxCrossEntropy,
    data: { x, y },
    epochs: 3,
    onEpoch: () => {
      most = Math.max(most, count());
    },
  });
  return most;
}

/** The same for a network on a graph that is large enough for kernels to share their work among threads. */
async function whileFittingOnGraph() {
  const nodes = 4000;
  const next = (step) => Int32Array.from({ length: nodes }, (_, i) => (i + step) % nodes);
  const steps = [1, nodes - 1, 7, nodes - 7, 31, nodes - 31];
  const rows = Int32Array.from(steps.flatMap(() => [...next(0)]));
  const columns = Int32Array.from(steps.flatMap((step) => [...next(step)]));
  const features = { rows: nodes, cols: 64, data: Float32Array.from({ length: nodes * 64 }, (_, i) => Math.cos(i)) };
  let most = 0;
  await fitOnGraph({
    model: 'gfgnPair',
    graph: {
      adjacency: csrFromEntries(nodes, nodes, { rows, columns }),
      features,
      labels: next(0).map((i) => i % 4),
      classes: 4,
    },
    split: { train: next(0), validation: new Int32Array(), test: new Int32Array() },
    hidden: 128,
    epochs: 3,
    onEpoch: () => {
      most = Math.max(most, count());
    },
  });
  return most;
}

const counter = defineExperiment({
  name: 'test/threads',
  title: 'Counter of threads',
  paper: 'none',
  description: 'Counts threads.',
  settings: z.object({}),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { added: 'Threads that training adds', inThread: 'UNBRAID_THREADS in a thread', inChild: 'and in a child' },
  async run() {
    // Node's own threads for files start with the first that are read so.
    await stat('.');
    const before = count();
    const most = Math.max(await whileFitting(), await whileFittingOnGraph());
    const script = 'require("node:worker_threads").parentPort.postMessage(process.env.UNBRAID_THREADS ?? "unset")';
    const worker = new Worker(script, { eval: true });
    const inThread = await new Promise((resolve) => worker.once('message', resolve));
    const inChild = execFileSync(process.execPath, ['-p', 'process.env.UNBRAID_THREADS ?? "unset"'], {
      encoding: 'utf8',
    });
    return { added: most - before, inThread, inChild: inChild.trim() };
  },
});

await runProcess(createRegistry({ test: async () => [counter] }));
