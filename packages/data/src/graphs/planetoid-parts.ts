import { InputError, showValue } from '@unbraid/checks';
import { checkCompressed, rowOfEntries } from '@unbraid/kernels';
import type { Pickled } from './pickle-objects.ts';
import { pickledDictionary, pickledList, pickledMatrix, pickledNumber, pickledNumbers } from './pickled.ts';

/** The entries of a sparse matrix, row by row. */
export interface MatrixEntries {
  readonly rows: number;
  readonly cols: number;
  readonly rowOf: Int32Array;
  readonly columns: Float64Array;
  readonly values: Float64Array;
}

/** The entries of a pickled SciPy CSR matrix. @throws InputError that names the row at fault. */
export function sparseEntries(pickle: Pickled, name: string): MatrixEntries {
  const attribute = pickledMatrix(pickle, name);
  const shape = pickledList(attribute('_shape') ?? attribute('shape') ?? null, name);
  if (shape?.length !== 2) throw new InputError('file', `data: ${name} has no shape of two axes`);
  const [starts, columns, values] = (['indptr', 'indices', 'data'] as const).map(
    (part) => pickledNumbers(attribute(part), `${part} of ${name}`).data,
  ) as [Float64Array, Float64Array, Float64Array];
  const [rows, cols] = [shape[0]!, shape[1]!];
  checkCompressed(
    { lines: rows, places: cols, starts, indexes: columns, values },
    { name: `data: ${name}`, line: 'row', ascending: false },
  );
  return { rows, cols, rowOf: rowOfEntries({ starts, columns }), columns, values };
}

/** The class of each row of a one-hot matrix; −1 for a row of zeros. */
export interface LabelRows {
  readonly labels: Int32Array;
  readonly classes: number;
}

/** @throws InputError for something else than rows of zeros with at most a single 1. */
export function oneHotLabels(pickle: Pickled, name: string): LabelRows {
  const { shape, data, columnMajor } = pickledNumbers(pickle, name);
  const [rows, classes] = shape as [number, number];
  if (shape.length !== 2 || classes === 0)
    throw new InputError(
      'file',
      `data: ${name} has the shape ${shape.join(' × ') || 'of a number'}; nodes × classes are needed`,
    );
  const labels = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < classes; c++) {
      const value = data[columnMajor ? c * rows + row : row * classes + c]!;
      if (value === 0) continue;
      if (value !== 1 || labels[row]! >= 0)
        throw new InputError(
          'file',
          `data: row ${row} of ${name} has ${value === 1 ? 'two classes' : `a ${value}`}; rows of zeros with a single 1 are needed`,
        );
      labels[row] = c;
    }
  }
  return { labels, classes };
}

/**
 * The edges of a dictionary from nodes to lists of nodes, from its keys to those in their lists.
 *
 * @param size bytes of the file. A list may stand in it once and be the item of many keys; such a file has more edges than bytes, and is refused.
 * @throws InputError for something else, and for such lists.
 */
export function neighbourLists(pickle: Pickled, name: string, size: number): { sources: number[]; targets: number[] } {
  const [sources, targets]: [number[], number[]] = [[], []];
  let listed = 0;
  for (const [key, item] of pickledDictionary(pickle, name)) {
    const node = pickledNumber(key, name);
    if (node === undefined)
      throw new InputError('file', `data: ${name} has the key ${showValue(key)}; a node's number is needed`);
    listed += extent(item);
    if (listed > size)
      throw new InputError('limit', `data: ${name} has lists of more neighbours than it has bytes, ${size}`);
    const neighbours = pickledList(item, name);
    if (!neighbours)
      throw new InputError(
        'file',
        `data: ${name} is not a dictionary from nodes to lists of nodes: node ${node} has ${showValue(item)}`,
      );
    for (let i = 0; i < neighbours.length; i++) {
      sources.push(node);
      targets.push(neighbours[i]!);
    }
  }
  return { sources, targets };
}

/** At least as much as the entries of a list or an array, without a look at them. */
function extent(item: Pickled): number {
  if (Array.isArray(item) || typeof item === 'string') return item.length;
  if (item instanceof Uint8Array) return item.length;
  if (typeof item !== 'object' || item === null || !('args' in item)) return 0;
  const state = Array.isArray(item.state) ? item.state : [];
  return [...item.args, ...state].reduce<number>((most, part) => Math.max(most, lengthOf(part)), 0);
}

const lengthOf = (part: Pickled): number =>
  typeof part === 'string' || Array.isArray(part) || part instanceof Uint8Array ? part.length : 0;
