import type { Buffer, Runtime } from '@unbraid/graph';

/** A compiled graph from parameters and a batch to the loss and its gradient. */
export interface LossAndGradient {
  readonly inputs: { readonly params: Buffer };
  readonly outputs: { readonly value: Buffer; readonly grad: Buffer };
  run(): Promise<void>;
}

/** Full training steps, loss, gradient and Adam, on memory that was allocated once. */
export interface Trainer {
  step(): Promise<void>;
  /** The loss of the last step. */
  loss(): number;
}

/** A trainer as a user of the graph and the kernels writes it: the gradient is a graph, Adam is a kernel. */
export function createTrainer(
  { arena, kernels }: Runtime,
  { inputs, outputs, run }: LossAndGradient,
  learningRate: number,
): Trainer {
  const size = inputs.params.data.length;
  const [m, v] = [arena.alloc('float32', size), arena.alloc('float32', size)];
  kernels.fill(m.data, 0);
  kernels.fill(v.data, 0);
  let count = 0;
  return {
    async step() {
      await run();
      const state = { params: inputs.params.float32, grads: outputs.grad.float32, m: m.data, v: v.data };
      kernels.adam(state, { learningRate, step: ++count });
    },
    loss: () => outputs.value.float32[0]!,
  };
}
