import { compile, f32, gemm, i32, type Runtime, relu, trace, valueAndGrad } from '@unbraid/graph';
import { softmaxCrossEntropy } from '@unbraid/nn';
import { serve } from '../serve.ts';
import { type Mlp, type MlpTask, readMlpTask } from '../tasks/mlp.ts';
import { runtimeOf } from './runtime.ts';
import { createTrainer, type Trainer, timeOf } from './trainer.ts';

/** Our side of a training step of an MLP. */

let trainer: Trainer;

await serve<MlpTask>({
  async prepare(task) {
    const { file, checkedSteps } = task;
    const runtime = runtimeOf(task);
    trainer = await trainerOf(runtime, await readMlpTask(file));
    const losses: number[] = [];
    for (let count = 0; count < checkedSteps; count++) {
      await trainer.step();
      losses.push(trainer.loss());
    }
    return { version: runtime.backend.name, losses };
  },
  async run({ steps = 1 }) {
    return { milliseconds: await timeOf(steps, trainer.step) };
  },
});

/** A step of this trainer writes its batch into the graph's memory, as training on a data set does, and trains on it. */
async function trainerOf(runtime: Runtime, { sizes, weights, batches, learningRate }: Mlp): Promise<Trainer> {
  const executable = await compile(lossAndGradient(sizes, batches[0]!.labels.length), runtime);
  const { params, x, labels } = executable.inputs;
  let offset = 0;
  for (const { data } of weights) {
    params.float32.set(data, offset);
    offset += data.length;
  }
  const { step, ...trainer } = createTrainer(runtime, executable, learningRate);
  let count = 0;
  return {
    ...trainer,
    step() {
      const batch = batches[count++ % batches.length]!;
      x.float32.set(batch.x.data);
      labels.int32.set(batch.labels);
      return step();
    },
  };
}

function lossAndGradient([inputs, hidden, classes]: Mlp['sizes'], batch: number) {
  const params = { w0: f32(inputs, hidden), b0: f32(hidden), w1: f32(hidden, classes), b1: f32(classes) };
  return trace({ params, x: f32(batch, inputs), labels: i32(batch) }, ({ params, x, labels }) =>
    valueAndGrad(({ w0, b0, w1, b1 }: typeof params) =>
      softmaxCrossEntropy(gemm(relu(gemm(x, w0, b0)), w1, b1), labels),
    )(params),
  );
}
