import { blockIn, type Runtime, type Scope, type Source } from '@unbraid/graph';
import type { Stepper } from '../optimizers/optimizer.ts';
import type { RunningMean } from './running-mean.ts';

/** The parameters that count, as against those at work. */
export interface Settled {
  /** Their present view, valid until memory is taken from the arena. */
  readonly data: Float32Array;
  /** Makes them follow the parameters at work. */
  refresh(): void;
}

/** What they are made of. */
export interface Working {
  readonly stepper: Stepper;
  readonly params: Source & { readonly data: Float32Array };
  /** Counts in place of the parameters at work once it is of something. */
  readonly mean: RunningMean | undefined;
}

/**
 * A copy that the stepper settles; where it has no `settle` and there is no mean, the parameters at work themselves, and nothing is copied.
 */
export function settledParams(scope: Scope, { arena, kernels }: Runtime, { stepper, params, mean }: Working): Settled {
  if (!stepper.settle && !mean) {
    return {
      get data() {
        return params.data;
      },
      refresh: () => undefined,
    };
  }
  const copy = blockIn(scope, arena.alloc('float32', params.data.length));
  return {
    get data() {
      return copy.data;
    },
    refresh() {
      kernels.copy(mean && mean.count > 0 ? mean.data : params.data, copy.data);
      stepper.settle?.(copy.data);
    },
  };
}
