import type { Buffer, Runtime } from '@unbraid/graph';

/** A compiled graph from parameters and a batch to the loss and its gradient. */
export interface LossAndGradient {
  readonly inputs: { readonly params: Buffer };
  readonly outputs: { readonly value: Buffer; readonly grad: Buffer };
  runNow(): Promise<void> | undefined;
}

/** Full training steps, loss, gradient and Adam, on memory that was allocated once. */
export interface Trainer {
  /** A promise only where there is something to wait for. */
  step(): Promise<void> | undefined;
  /** The loss of the last step. */
  loss(): number;
  /** Frees Adam's memory. */
  release(): void;
}

/** A trainer as a user of the graph and the kernels writes it: the gradient is a graph, Adam is a kernel. */
export function createTrainer(
  { arena, kernels }: Runtime,
  { inputs, outputs, runNow }: LossAndGradient,
  learningRate: number,
): Trainer {
  const size = inputs.params.data.length;
  const [m, v] = [arena.alloc('float32', size), arena.alloc('float32', size)];
  kernels.fill(m.data, 0);
  kernels.fill(v.data, 0);
  let count = 0;
  const update = () => {
    const state = { params: inputs.params.float32, grads: outputs.grad.float32, m: m.data, v: v.data };
    if (!kernels.adam(state, { learningRate, step: ++count }))
      throw new Error(`bench: a gradient is not finite at step ${count}`);
  };
  return {
    step() {
      const pending = runNow();
      if (pending) return pending.then(update);
      update();
      return undefined;
    },
    loss: () => outputs.value.float32[0]!,
    release() {
      m.free();
      v.free();
    },
  };
}

/** Milliseconds of one of so many repetitions. */
export async function timeOf(steps: number, once: () => Promise<void> | undefined): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < steps; count++) {
    const pending = once();
    if (pending) await pending;
  }
  return (performance.now() - start) / steps;
}
