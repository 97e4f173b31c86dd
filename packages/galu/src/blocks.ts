import { InputError } from '@unbraid/checks';
import { type DType, spec, type TensorSpec } from '@unbraid/graph';
import { checkSize } from './gates.ts';

/** Hidden activations of one block of rows take about this many bytes: they stay small next to X, and products stay large. */
const BLOCK_BYTES = 32 * 2 ** 20;

/** Sizes of a least squares problem on a GaLU network. */
export interface Sizes {
  /** m */
  readonly samples: number;
  /** d */
  readonly dimension: number;
  /** k */
  readonly neurons: number;
  /** c */
  readonly outputs: number;
}

/** No side of the preconditioner is factored that is larger. */
export const LARGEST_FACTOR = 2048;

const mostRows = (neurons: number): number => Math.max(1, Math.floor(BLOCK_BYTES / (4 * neurons)));

/** Numbers of rows of the blocks into which m samples are cut. */
export function blockRows({ samples, neurons }: Sizes): number[] {
  const rows = mostRows(neurons);
  const blocks = Math.ceil(samples / rows);
  return Array.from({ length: blocks }, (_, i) => Math.min(rows, samples - i * rows));
}

/**
 * A matrix of m rows as a tree of blocks of rows: the tree's flat vector is the matrix itself, so cutting copies nothing.
 */
export const inBlocks = (rows: readonly number[], cols: number, dtype: DType = 'float32'): TensorSpec[] =>
  rows.map((n) => spec([n, cols], dtype));

/** Bytes that solving takes beside X and Y: open gates, activations of a block, the vectors of the iteration, and the preconditioner's factors. */
export function solverBytes({ samples, dimension, neurons, outputs }: Sizes): number {
  const rows = Math.min(samples, mostRows(neurons));
  const factors = Math.min(neurons, LARGEST_FACTOR) ** 2 + Math.min(dimension, LARGEST_FACTOR) ** 2;
  const vectors = 6 * neurons * dimension + 4 * samples * outputs;
  return 4 * (samples * neurons + 3 * rows * neurons + vectors + 4 * factors);
}

const GIGABYTE = 1e9;

/**
 * @throws {InputError} for sizes below 1, and for a problem that needs more than `available` bytes, with what it would take
 */
export function checkSizes(sizes: Sizes, available: number): void {
  checkSize('samples (m)', sizes.samples);
  checkSize('dimension (d)', sizes.dimension);
  checkSize('neurons (k)', sizes.neurons);
  checkSize('outputs (c)', sizes.outputs);
  const bytes = solverBytes(sizes);
  if (bytes <= available) return;
  throw new InputError(
    'limit',
    `galu: m = ${sizes.samples}, d = ${sizes.dimension}, k = ${sizes.neurons} would take ${(bytes / GIGABYTE).toFixed(1)} GB beside the data, ` +
      `${(available / GIGABYTE).toFixed(1)} GB are available; use fewer samples or fewer neurons (the gates alone take 4·m·k bytes), ` +
      'reduce the dimension with PCA, or raise availableBytes',
  );
}
