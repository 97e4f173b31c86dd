import { blockIn, type Runtime, type Scope, type Source } from '@unbraid/graph';
import type { Kernels } from '@unbraid/kernels';

/** What becomes of gradients before the optimizer's step. */
export interface GradientOptions {
  /** Batches whose mean gradient makes a step. */
  readonly accumulate: number;
  /** The largest Euclidean norm of all gradients together. */
  readonly clipNorm: number | undefined;
  /** The largest size of an entry. */
  readonly clipValue: number | undefined;
}

/** The gradients of a step, gathered from its batches. */
export interface Gradients {
  /** Those that the step is made with; their present view. */
  readonly data: Float32Array;
  /** Takes the gradients of a batch in. @param share of the step's weight that the batch has; the shares of a step add up to 1 */
  collect(share: number, first: boolean): void;
  /** Cuts what is too large. Gradients that are not finite stay so, for the optimizer to find. */
  clip(): void;
}

/** @param batch where the gradients of each batch land */
export function gradientsOf(
  scope: Scope,
  { arena, kernels }: Runtime,
  batch: Source & { readonly data: Float32Array },
  { accumulate, clipNorm, clipValue }: GradientOptions,
): Gradients {
  const sum = accumulate > 1 ? blockIn(scope, arena.alloc('float32', batch.data.length)) : batch;
  return {
    get data() {
      return sum.data;
    },
    collect(share, first) {
      if (sum === batch) return;
      if (first) kernels.copy(batch.data, sum.data);
      if (first) kernels.scale(sum.data, share);
      else kernels.axpy(share, batch.data, sum.data);
    },
    clip() {
      if (clipValue !== undefined) clampEntries(sum.data, clipValue);
      if (clipNorm !== undefined) shorten(kernels, sum.data, clipNorm);
    },
  };
}

/** NaN stays NaN; an infinity is left for the optimizer to find. */
function clampEntries(values: Float32Array, most: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value) && Math.abs(value) > most) values[i] = Math.sign(value) * most;
  }
}

/** Pascanu, Mikolov and Bengio 2013, algorithm 1. */
function shorten(kernels: Kernels, values: Float32Array, most: number): void {
  const norm = kernels.norm2(values);
  if (norm > most && norm < Number.POSITIVE_INFINITY) kernels.scale(values, most / norm);
}
