import { InputError } from '@unbraid/checks';
import { blockIn, type Runtime, type Scope } from '@unbraid/graph';
import type { Stateful } from './checkpointing.ts';
import type { FloatSource } from './trainable.ts';

/** Parameters that follow others: a target network's. */
export interface TargetParams extends Stateful {
  readonly params: FloatSource;
  /** θ⁻ ← τ θ + (1 − τ) θ⁻; with a τ of 1 they are copied. */
  follow(tau: number): void;
}

/** @param name of its state in checkpoints @param leader whose copy they are at first */
export function targetOf(scope: Scope, { arena, kernels }: Runtime, name: string, leader: FloatSource): TargetParams {
  const params = blockIn(scope, arena.alloc('float32', leader.data.length));
  params.data.set(leader.data);
  return {
    params,
    follow(tau) {
      if (tau === 1) kernels.copy(leader.data, params.data);
      else kernels.axpby(tau, leader.data, 1 - tau, params.data);
    },
    state: () => ({ [name]: params.data.slice() }),
    restore(arrays) {
      const saved = arrays[name];
      if (saved?.length !== params.data.length)
        throw new InputError(
          'model',
          `learners: the checkpoint has ${saved?.length ?? 'no'} numbers of ${name}, ${params.data.length} are needed; it is of other networks, or damaged`,
        );
      params.data.set(saved);
    },
  };
}
