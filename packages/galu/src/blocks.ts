import { InputError } from '@unbraid/checks';
import { type DType, spec, type TensorSpec } from '@unbraid/graph';
import { checkSize } from './gates.ts';

/** Hidden activations of one block of rows take this many bytes at most: they stay small next to X. */
const MOST_BYTES = 32 * 2 ** 20;

/** ONNX Runtime's products go through their operands in panels of so many rows and columns. */
const PANEL = 128;

/**
 * For each panel a product streams a panel's width of the other operand and of its result, all rows of a block one after another. So many rows of
 * both stay in 1 MiB, what the caches (L2) of two cores hold on most processors (docs/decisions/018-galu-blocks.md).
 */
const CACHED_ROWS = 2 ** 20 / (2 * 4 * PANEL);

/** Multiplications in a block's product at least, so that calling an operator takes little beside running it. */
const LEAST_WORK = 5e7;

/** Fewer neurons would ask for blocks as short as they are few, if hidden activations lay by neurons. */
const MANY_NEURONS = 512;

/** Gates that take no more bytes as float32 are kept so; of more, each takes one byte, and is made a number where it is used (018). */
const MOST_GATE_BYTES = 8 * 2 ** 20;

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

/** Rows whose hidden activations fit into a block's memory. */
export const rowsInMemory = (neurons: number): number => Math.max(1, Math.floor(MOST_BYTES / (4 * neurons)));

/** Whether the hidden activations of a block of n rows lie as k × n, else as n × k. */
export const liesByNeurons = ({ neurons, dimension }: Sizes): boolean =>
  neurons >= dimension && (neurons >= MANY_NEURONS || dimension <= PANEL);

/** Whether gates are kept as float32, else as bytes. */
export const gatesAreNumbers = ({ samples, neurons }: Sizes): boolean => 4 * samples * neurons <= MOST_GATE_BYTES;

const gateBytes = (sizes: Sizes): number => sizes.samples * sizes.neurons * (gatesAreNumbers(sizes) ? 4 : 1);

/**
 * Numbers of rows of the blocks into which m samples are cut, as equal as can be. They follow from the sizes alone, so that sums don't depend on the
 * machine. Where sums over inputs take more than a panel, blocks have no more rows than neurons if these lie first, and no fewer if they don't:
 * products with fewer rows than columns would be computed turned, and turned back (docs/decisions/015-same-numbers.md).
 */
export function blockRows(sizes: Sizes): number[] {
  const { samples, dimension, neurons } = sizes;
  const wanted = Math.max(CACHED_ROWS, Math.ceil(LEAST_WORK / (neurons * dimension)));
  const fitting = dimension <= PANEL ? wanted : (liesByNeurons(sizes) ? Math.min : Math.max)(wanted, neurons);
  const blocks = Math.ceil(samples / Math.min(fitting, rowsInMemory(neurons)));
  const start = (i: number) => Math.floor((i * samples) / blocks);
  return Array.from({ length: blocks }, (_, i) => start(i + 1) - start(i));
}

/**
 * A matrix of m rows as a tree of blocks of rows: the tree's flat vector is the matrix itself, so cutting copies nothing.
 */
export const inBlocks = (rows: readonly number[], cols: number, dtype: DType = 'float32'): TensorSpec[] =>
  rows.map((n) => spec([n, cols], dtype));

/** Bytes that solving takes beside X and Y: open gates, activations of a block, the vectors of the iteration, and the preconditioner's factors. */
export function solverBytes(sizes: Sizes): number {
  const { samples, dimension, neurons, outputs } = sizes;
  const rows = Math.max(...blockRows(sizes));
  const factors = Math.min(neurons, LARGEST_FACTOR) ** 2 + Math.min(dimension, LARGEST_FACTOR) ** 2;
  const vectors = 6 * neurons * dimension + 4 * samples * outputs;
  return gateBytes(sizes) + 4 * (3 * rows * neurons + vectors + 4 * factors);
}

/** Bytes that the system has to give; 4 GiB where it doesn't say. */
export const availableMemory = (): number =>
  (globalThis as { process?: { availableMemory?: () => number } }).process?.availableMemory?.() ?? 2 ** 32;

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
      `${(available / GIGABYTE).toFixed(1)} GB are available; use fewer samples or fewer neurons (the gates alone take ${(gateBytes(sizes) / GIGABYTE).toFixed(1)} GB), ` +
      'reduce the dimension with PCA, or raise availableBytes',
  );
}
