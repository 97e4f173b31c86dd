import { f32, gemm, i32, logSoftmax, mul, neg, oneHot, reduceMean, reduceSum, relu, type Tensor } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import { type Mlp, type MlpTask, readMlpTask } from '../tasks/mlp.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** Our side of a training step of an MLP. */

let step: () => Promise<void>;

await serve<MlpTask>({
  async prepare({ file, checkedSteps, threads }) {
    const mlp = await readMlpTask(file);
    const runtime = nodeRuntime(threads === undefined ? {} : { threads });
    const trainer = await createTrainer(runtime, {
      specs: specsOf(mlp),
      loss: ({ w0, b0, w1, b1 }, { x, labels }) => crossEntropy(gemm(relu(gemm(x, w0, b0)), w1, b1), labels),
      learningRate: mlp.learningRate,
    });
    let offset = 0;
    for (const { data } of mlp.weights) {
      trainer.params.set(data, offset);
      offset += data.length;
    }
    step = stepOver(mlp, trainer);
    const losses: number[] = [];
    for (let count = 0; count < checkedSteps; count++) {
      await step();
      losses.push(trainer.loss());
    }
    return { version: runtime.backend.name, losses };
  },
  async run({ steps = 1 }) {
    const start = performance.now();
    for (let count = 0; count < steps; count++) await step();
    return { milliseconds: (performance.now() - start) / steps };
  },
});

function specsOf({ sizes: [inputs, hidden, classes], batches: [batch] }: Mlp) {
  const size = batch!.labels.length;
  return {
    params: { w0: f32(inputs, hidden), b0: f32(hidden), w1: f32(hidden, classes), b1: f32(classes) },
    batch: { x: f32(size, inputs), labels: i32(size) },
  };
}

/** The mean over rows of -log softmax(logits) at the label. */
function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const target = oneHot(labels, logits.shape[1]!);
  return neg(reduceMean(reduceSum(mul(target, logSoftmax(logits)), { axes: [1] })));
}

/** A step writes its batch into the graph's memory, as training on a data set does, and trains on it. */
function stepOver({ batches }: Mlp, trainer: Trainer<'x' | 'labels'>): () => Promise<void> {
  let count = 0;
  return () => {
    const { x, labels } = batches[count++ % batches.length]!;
    trainer.batch.x.float32.set(x.data);
    trainer.batch.labels.int32.set(labels);
    return trainer.step();
  };
}
