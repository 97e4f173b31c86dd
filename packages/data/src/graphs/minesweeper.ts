import { checkSettings, finite, having, InputError, integer } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';
import type { Matrix } from '../matrix.ts';
import { stratifiedSplit } from '../stratified-split.ts';
import type { GraphData, GraphSplit } from './graph-data.ts';
import { undirected } from './undirected.ts';

/** What `minesweeper` draws. */
export interface MinesweeperOptions {
  /** Sides of the grid, 2 at least. Default 100 each. */
  readonly rows?: number;
  readonly cols?: number;
  /** The share of cells with a mine, above 0 and below 1. Default 0.2. */
  readonly mines?: number;
  /** The share of cells whose count isn't known, from 0 to 1. Default 0.5. */
  readonly unknown?: number;
  readonly random: Random;
}

/** Counts from which on cells are of one feature: there are seldom more mines around a cell. */
const MOST = 5;

/** The feature that says that a count is not known, and those of the counts 0 to `MOST` and more. */
const FEATURES = 1 + MOST + 1;

/**
 * A board of the game: a cell is a node, joined to the up to eight cells around it, and its class is 1 where it hides a mine. Features are one-hot: the first
 * says that the count is not known, the others that 0, 1, 2, 3, 4, or 5 and more of the cells around hold a mine; cells with a mine have a count as well. This is
 * how the graph `minesweeper` of Platonov et al. (2023, arXiv 2302.11640, appendix) is made, whose file has the same edges, exactly 2,000 mines and exactly
 * 5,000 cells without a count: as many as here.
 *
 * @throws InputError for a setting out of range, for no mines or nothing but mines, and for more than 2²⁴ cells
 */
export function minesweeper(options: MinesweeperOptions): GraphData & { readonly features: Matrix } {
  const { rows, cols, mines, unknown, random } = checkSettings('data: minesweeper', schema, options);
  const cells = rows * cols;
  if (cells > 2 ** 24)
    throw new InputError('limit', `data: a board of ${rows} × ${cols} has ${cells} cells; up to ${2 ** 24} are drawn`);
  const count = Math.round(mines * cells);
  if (count === 0 || count === cells)
    throw new InputError(
      'setting',
      `data: ${mines} of the ${cells} cells of a board are ${count} mines; cells with and without a mine are needed`,
    );
  const labels = marked(cells, count, random.split('mines'));
  const hidden = marked(cells, Math.round(unknown * cells), random.split('unknown'));
  const { sources, targets } = boardEdges(rows, cols);
  const { adjacency, report } = undirected(cells, sources, targets, 'the board');
  const data = new Float32Array(cells * FEATURES);
  for (let cell = 0; cell < cells; cell++) {
    let around = 0;
    for (let e = adjacency.starts[cell]!; e < adjacency.starts[cell + 1]!; e++)
      around += labels[adjacency.columns[e]!]!;
    data[cell * FEATURES + (hidden[cell] ? 0 : 1 + Math.min(around, MOST))] = 1;
  }
  const features = { data, rows: cells, cols: FEATURES };
  return { name: 'minesweeper-drawn', adjacency, features, labels, classes: 2, report, notes: [] };
}

const schema = z.object({
  rows: integer({ min: 2 }).default(100),
  cols: integer({ min: 2 }).default(100),
  mines: finite({ above: 0, below: 1 }).default(0.2),
  unknown: finite({ min: 0, max: 1 }).default(0.5),
  random: having<Random>('a stream of random numbers', 'split', 'permutation'),
});

/** `count` ones among zeros. */
function marked(cells: number, count: number, random: Random): Int32Array {
  const marks = new Int32Array(cells);
  for (const cell of random.permutation(cells).subarray(0, count)) marks[cell] = 1;
  return marks;
}

/** Each edge once, from a cell to those of its neighbours that come after it: right, and the three below. */
function boardEdges(rows: number, cols: number): { sources: Int32Array; targets: Int32Array } {
  const [sources, targets]: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      for (const [down, right] of [
        [0, 1],
        [1, -1],
        [1, 0],
        [1, 1],
      ] as const) {
        if (row + down >= rows || col + right < 0 || col + right >= cols) continue;
        sources.push(row * cols + col);
        targets.push((row + down) * cols + col + right);
      }
    }
  }
  return { sources: Int32Array.from(sources), targets: Int32Array.from(targets) };
}

/**
 * Splits as those of Platonov et al. (2023): half of the nodes to train on, a quarter each for validation and test, in each of which every class has its share.
 *
 * @param count how many
 * @throws InputError where there are too few nodes for one of the three
 */
export function stratifiedSplits(labels: Int32Array, count: number, random: Random): GraphSplit[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = random.split(i);
    const { chosen: train, rest } = stratifiedSplit(labels, { size: { fraction: 0.5 }, random: stream.split('train') });
    const others = stratifiedSplit(
      rest.map((node) => labels[node]!),
      { size: { fraction: 0.5 }, random: stream.split('test') },
    );
    const [validation, test] = [others.rest, others.chosen].map((at) => at.map((i) => rest[i]!));
    if (train.length > 0 && validation!.length > 0 && test!.length > 0)
      return { train, validation: validation!, test: test! };
    throw new InputError('data', `data: ${labels.length} nodes are too few for a split; 4 at least are needed`);
  });
}
