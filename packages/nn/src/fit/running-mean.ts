import { blockIn, type Runtime, type Scope } from '@unbraid/graph';

/** The mean of parameters at the ends of epochs. */
export interface RunningMean {
  /** Epochs that it is the mean of; at first none. */
  readonly count: number;
  /** Its present view; what it holds says something once `count` is above 0. */
  readonly data: Float32Array;
  add(params: Float32Array): void;
  restore(count: number, data: Float32Array): void;
}

/** mean ← mean + (params − mean) / count, which needs no more memory than one set of parameters. */
export function runningMean(scope: Scope, { arena, kernels }: Runtime, size: number): RunningMean {
  const block = blockIn(scope, arena.alloc('float32', size));
  let count = 0;
  return {
    get count() {
      return count;
    },
    get data() {
      return block.data;
    },
    add(params) {
      count++;
      if (count === 1) kernels.copy(params, block.data);
      else kernels.axpby(1 / count, params, 1 - 1 / count, block.data);
    },
    restore(saved, data) {
      count = saved;
      block.data.set(data);
    },
  };
}
