import { add, compile, f32, mul, type Runtime, reduceMean, sub, trace, valueAndGrad } from '@unbraid/graph';
import { serve } from '../serve.ts';
import type { OverheadTask } from '../tasks/overhead.ts';
import { runtimeOf } from './runtime.ts';
import { createTrainer, timeOf } from './trainer.ts';

/** What calls and training steps cost beyond their kernels: on four numbers, whose kernels take next to nothing. */

const SIZE = 4;
const FURTHER_OUTPUTS = 16;
const sample = new Float32Array(SIZE).fill(1);
let milliseconds: (steps: number) => Promise<number>;

const works = {
  step: { begin: stepTime, note: `loss, gradient and Adam of ${SIZE} parameters` },
  call: { begin: callTime, note: `a graph that adds 1 to ${SIZE} numbers` },
  output: { begin: outputTime, note: `the mean of ${FURTHER_OUTPUTS}, of ${SIZE} numbers each` },
};

await serve<OverheadTask>({
  async prepare(task) {
    const runtime = runtimeOf(task);
    const { begin, note } = works[task.work];
    milliseconds = await begin(runtime);
    return { version: runtime.backend.name, note };
  },
  async run({ steps = 1 }) {
    return { milliseconds: await milliseconds(steps) };
  },
});

async function stepTime(runtime: Runtime): Promise<typeof milliseconds> {
  const graph = trace({ params: f32(SIZE), x: f32(SIZE) }, ({ params, x }) =>
    valueAndGrad((w: typeof params) => reduceMean(mul(sub(w, x), sub(w, x))))(params),
  );
  const executable = await compile(graph, runtime);
  const { step } = createTrainer(runtime, executable, 1e-3);
  return (steps) =>
    timeOf(steps, () => {
      executable.inputs.x.float32.set(sample);
      return step();
    });
}

async function callTime(runtime: Runtime): Promise<typeof milliseconds> {
  const run = await adder(runtime, 1);
  return (steps) => timeOf(steps, run);
}

async function outputTime(runtime: Runtime): Promise<typeof milliseconds> {
  const [one, many] = [await adder(runtime, 1), await adder(runtime, 1 + FURTHER_OUTPUTS)];
  return async (steps) => ((await timeOf(steps, many)) - (await timeOf(steps, one))) / FURTHER_OUTPUTS;
}

/** A call of a graph that has sums of its input with 1, 2, … for outputs. */
async function adder(runtime: Runtime, outputs: number): Promise<() => Promise<void> | undefined> {
  const graph = trace({ x: f32(SIZE) }, ({ x }) =>
    Object.fromEntries(Array.from({ length: outputs }, (_, index) => [`sum${index}`, add(x, index + 1)])),
  );
  const executable = await compile(graph, runtime);
  executable.inputs.x.float32.set(sample);
  return executable.runNow;
}
