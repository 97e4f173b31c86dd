import { DivergedError } from '@unbraid/checks';
import { blockIn, type Runtime, type Scope, type Source } from '@unbraid/graph';
import { adam } from '@unbraid/nn';
import { type Stateful, trainedState } from './checkpointing.ts';
import { clipGradient } from './clip-gradient.ts';

/** A vector of parameters that an optimizer of its own moves. */
export interface Trainable extends Stateful {
  readonly params: FloatSource;
  /** Where a compiled step writes the gradient. */
  readonly grads: FloatSource;
  /**
   * A step of Adam by the gradient that is there.
   * @param clipNorm the largest norm of the gradient. Default any
   * @throws {DivergedError} where an entry of it is not finite
   */
  step(learningRate: number, clipNorm?: number): void;
}

/** Memory of float32 numbers. */
export interface FloatSource extends Source {
  readonly data: Float32Array;
}

/** @param name of its state in checkpoints @param first what the parameters are at first */
export function trainable(scope: Scope, runtime: Runtime, name: string, first: Float32Array): Trainable {
  const { arena, kernels } = runtime;
  const params = blockIn(scope, arena.alloc('float32', first.length));
  const grads = blockIn(scope, arena.alloc('float32', first.length));
  const optimizer = scope.own(adam().create(first.length, runtime));
  params.data.set(first);
  return {
    params,
    grads,
    ...trainedState(name, () => params.data, optimizer),
    step(learningRate, clipNorm = Number.POSITIVE_INFINITY) {
      clipGradient(kernels, grads.data, clipNorm);
      if (optimizer.step(params.data, grads.data, learningRate)) return;
      throw new DivergedError(
        `learners: a gradient of ${name} is not finite; take a smaller learning rate, or scale observations and rewards`,
      );
    },
  };
}
