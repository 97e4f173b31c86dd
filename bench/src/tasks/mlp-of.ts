import { requireTensor, type SafeTensor, type Safetensors } from '@unbraid/data';

/**
 * What every side trains: a net inputs-hidden-classes with a relu and softmax cross-entropy (mean over the batch), by
 * Adam with beta 0.9 and 0.999 and epsilon 1e-8, over the batches in turn. `weights` are W0 (inputs x hidden), b0,
 * W1 (hidden x classes), b1.
 */
export interface Mlp {
  readonly sizes: readonly [inputs: number, hidden: number, classes: number];
  readonly learningRate: number;
  readonly weights: readonly [SafeTensor<'F32'>, SafeTensor<'F32'>, SafeTensor<'F32'>, SafeTensor<'F32'>];
  readonly batches: readonly Batch[];
}

export interface Batch {
  /** batch x inputs */
  readonly x: SafeTensor<'F32'>;
  readonly labels: Int32Array;
}

/** The problem of the tensors W0, b0, W1, b1, x (batches x batch x inputs), labels (batches x batch), learningRate. */
export function mlpOf(content: Safetensors): Mlp {
  const weight = (name: string) => requireTensor(content, name, 'F32');
  const weights = [weight('W0'), weight('b0'), weight('W1'), weight('b1')] as const;
  const x = requireTensor(content, 'x', 'F32');
  const labels = requireTensor(content, 'labels', 'I32');
  const [learningRate] = requireTensor(content, 'learningRate', 'F32').data;
  const [count = 0, batch = 0, inputs = 0] = x.shape;
  const batches = Array.from({ length: count }, (_, index) => ({
    x: {
      dtype: 'F32' as const,
      shape: [batch, inputs],
      data: x.data.subarray(index * batch * inputs, (index + 1) * batch * inputs),
    },
    labels: labels.data.subarray(index * batch, (index + 1) * batch),
  }));
  return {
    sizes: [inputs, weights[1].data.length, weights[3].data.length],
    learningRate: learningRate!,
    weights,
    batches,
  };
}
