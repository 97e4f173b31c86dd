import { parseArgs } from 'node:util';
import { compile, f32, i32, trace, valueAndGrad } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { activation, dense, initialize, sequential, softmaxCrossEntropy } from '@unbraid/nn';
import { createTrainer } from './sides/trainer.ts';

/**
 * Whether anything gathers in long use: many steps of a small net, many sessions made and released, many arenas, with collections forced
 * in between. Prints the process's memory as it goes, and exits with 1 where it grew.
 */

const USAGE = 'usage: node --expose-gc bench/dist/soak.js [--steps 10000000] [--sessions 1000] [--arenas 100]';
const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000000' },
    sessions: { type: 'string', default: '1000' },
    arenas: { type: 'string', default: '100' },
  },
});
const [steps, sessions, arenas] = [values.steps, values.sessions, values.arenas].map(Number) as [
  number,
  number,
  number,
];
const { gc } = globalThis;
if (!gc || [steps, sessions, arenas].some((count) => !(Number.isInteger(count) && count > 0))) {
  console.error(USAGE);
  process.exit(2);
}

/** A stage may end this much above its first tenth: pages that the C library keeps. */
const ALLOWED_MEGABYTES = 16;

const megabytes = (): number => {
  gc();
  gc();
  return process.memoryUsage.rss() / 1e6;
};

let grew = false;

/** Does something `count` times, and looks at the memory after each tenth. */
async function stage(name: string, count: number, one: (at: number) => Promise<void>): Promise<void> {
  const sizes: number[] = [];
  const start = performance.now();
  for (let at = 0; at < count; at++) {
    await one(at);
    if ((at + 1) % Math.ceil(count / 10) === 0 || at + 1 === count) sizes.push(megabytes());
  }
  const growth = sizes.at(-1)! - sizes[0]!;
  grew ||= growth > ALLOWED_MEGABYTES;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${name}: ${seconds} s, MB after each tenth: ${sizes.map((size) => size.toFixed(0)).join(' ')}`);
}

const [inputs, hidden, classes, rows] = [20, 64, 2, 32];
const net = sequential([dense(inputs, hidden), activation('relu'), dense(hidden, classes)]);
const graph = trace({ params: net.params, x: f32(rows, inputs), y: i32(rows) }, ({ params, x, y }) =>
  valueAndGrad((at: typeof params) => softmaxCrossEntropy(net.apply(at as never, x), y))(params),
);

/** A training step of the net in memory of its own. */
async function makeStep(runtime = nodeRuntime({ threads: 1, binding: 'capi' })) {
  const step = await compile(graph, runtime);
  step.inputs.params.float32.set(initialize(net, 1));
  step.inputs.x.float32.forEach((_, i, x) => {
    x[i] = Math.sin(i);
  });
  const trainer = createTrainer(runtime, step, 1e-4);
  return {
    async run() {
      const pending = trainer.step();
      if (pending) await pending;
    },
    async release() {
      await step.release();
      trainer.release();
    },
  };
}

console.log(nodeRuntime({ threads: 1, binding: 'capi' }).backend.name);
const long = await makeStep();
await stage(`${steps} steps`, steps, async (at) => {
  if (at % 100_000 === 0) gc();
  await long.run();
});
await long.release();
const runtime = nodeRuntime({ threads: 2, binding: 'capi' });
await stage(`${sessions} sessions made and released`, sessions, async (at) => {
  const step = await makeStep(runtime);
  await step.run();
  if (at % 10 === 0) gc();
  await step.release();
});
await stage(`${arenas} arenas`, arenas, async () => {
  const step = await makeStep();
  gc();
  await step.run();
  await step.release();
});
await stage(`${arenas} arenas forgotten, and their sessions`, arenas, async () => {
  await (await makeStep()).run();
  // The collector, and a turn in which it can tell what it found.
  gc();
  await new Promise((resolve) => setImmediate(resolve));
});
process.exitCode = grew ? 1 : 0;
console.log(grew ? 'memory grew' : 'memory is flat');
