import { blockIn, type Runtime, type Scope, type Source } from '@unbraid/graph';
import type { Stepper } from '../optimizers/optimizer.ts';

/** The parameters that count, as against those at work. */
export interface Settled {
  /** Their present view, valid until memory is taken from the arena. */
  readonly data: Float32Array;
  /** Makes them follow the parameters at work. */
  refresh(): void;
}

/** A copy that the stepper settles; where it has no `settle`, the parameters at work themselves, and nothing is copied. */
export function settledParams(
  scope: Scope,
  { arena, kernels }: Runtime,
  stepper: Stepper,
  working: Source & { readonly data: Float32Array },
): Settled {
  if (!stepper.settle) {
    return {
      get data() {
        return working.data;
      },
      refresh: () => undefined,
    };
  }
  const copy = blockIn(scope, arena.alloc('float32', working.data.length));
  return {
    get data() {
      return copy.data;
    },
    refresh() {
      kernels.copy(working.data, copy.data);
      stepper.settle?.(copy.data);
    },
  };
}
