import {
  compile,
  f32,
  type Graph,
  gemm,
  i32,
  type Runtime,
  relu,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
} from '@unbraid/graph';
import { softmaxCrossEntropy } from '@unbraid/nn';
import type { Mlp } from '../tasks/mlp-of.ts';
import { createTrainer } from './trainer.ts';

/** Steps of an MLP. Each writes its batch into the graph's memory, as training on a data set does. */
export interface MlpSteps {
  /** Loss, gradient and Adam of the next batch. A promise only where there is something to wait for. */
  step(): Promise<void> | undefined;
  /** Loss and gradient alone. */
  gradient(): Promise<void> | undefined;
  /** The loss of the last step. */
  loss(): number;
}

export async function createMlpSteps(
  runtime: Runtime,
  { sizes, weights, batches, learningRate }: Mlp,
): Promise<MlpSteps> {
  const executable = await compile(lossAndGradient(sizes, batches[0]!.labels.length), runtime);
  const { params, x, labels } = executable.inputs;
  let offset = 0;
  for (const { data } of weights) {
    params.float32.set(data, offset);
    offset += data.length;
  }
  const trainer = createTrainer(runtime, executable, learningRate);
  let count = 0;
  const next = () => {
    const batch = batches[count++ % batches.length]!;
    x.float32.set(batch.x.data);
    labels.int32.set(batch.labels);
  };
  return {
    step() {
      next();
      return trainer.step();
    },
    gradient() {
      next();
      return executable.runNow();
    },
    loss: trainer.loss,
  };
}

// Types and not interfaces, which would not pass for records of specifications and tensors.
type Layers<T> = { readonly w0: T; readonly b0: T; readonly w1: T; readonly b1: T };
type Given = { readonly params: Layers<TensorSpec>; readonly x: TensorSpec; readonly labels: TensorSpec };
type Computed = { readonly value: Tensor; readonly grad: Layers<Tensor> };

/** From `params` (`w0`, `b0`, `w1`, `b1`), `x` and `labels` to the loss, `value`, and its gradient, `grad`. */
export function lossAndGradient([inputs, hidden, classes]: Mlp['sizes'], batch: number): Graph<Given, Computed> {
  const params = { w0: f32(inputs, hidden), b0: f32(hidden), w1: f32(hidden, classes), b1: f32(classes) };
  return trace({ params, x: f32(batch, inputs), labels: i32(batch) }, ({ params, x, labels }) =>
    valueAndGrad(({ w0, b0, w1, b1 }: Layers<Tensor>) =>
      softmaxCrossEntropy(gemm(relu(gemm(x, w0, b0)), w1, b1), labels),
    )(params),
  );
}
