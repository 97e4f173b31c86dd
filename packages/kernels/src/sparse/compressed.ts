import { InputError } from '@unbraid/checks';

/** A sparse matrix in compressed rows or columns, from anywhere: nothing of it is believed. */
export interface Compressed {
  /** Rows of a matrix in compressed rows, columns of one in compressed columns. */
  readonly lines: number;
  /** Places that a line has: columns of a matrix in compressed rows. */
  readonly places: number;
  /** The entries of line i are those numbered starts[i] to starts[i + 1] − 1. */
  readonly starts: ArrayLike<number>;
  /** The place of each entry in its line. */
  readonly indexes: ArrayLike<number>;
  readonly values?: ArrayLike<number>;
}

/** How errors speak of a compressed matrix, and what is asked of it beside being in range. */
export interface CompressedTerms {
  /** With the caller's prefix: `'kernels: a Csr'`. */
  readonly name: string;
  readonly line: 'row' | 'column';
  /** Whether the places of a line must ascend, each at most once. */
  readonly ascending: boolean;
}

/**
 * Checks a compressed sparse matrix in one walk over its entries: whole sizes, starts that rise from 0 to the number of entries, places in range
 * (ascending where asked for), finite values.
 *
 * @throws InputError that names the first line at fault
 */
export function checkCompressed(matrix: Compressed, terms: CompressedTerms): void {
  const { lines, places, indexes, values } = matrix;
  const { name, line } = terms;
  for (const [what, size] of [[`${line}s`, lines] as const, [`${other(line)}s`, places] as const]) {
    if (!(Number.isSafeInteger(size) && size >= 0))
      throw new InputError('data', `${name}'s ${what} is ${size}; a whole number of at least 0 is needed`);
  }
  const entries = indexes.length;
  if (values && values.length !== entries) {
    const what = `${entries} ${other(line)}s and ${values.length} values`;
    throw new InputError('data', `${name} has ${what}; one of each for an entry`);
  }
  checkStarts(matrix, terms);
  for (let i = 0; i < lines; i++) checkLine(matrix, terms, i);
}

function checkStarts({ lines, starts, indexes }: Compressed, { name, line }: CompressedTerms): void {
  const entries = indexes.length;
  if (starts.length !== lines + 1 || starts[0] !== 0 || starts[lines] !== entries) {
    throw new InputError(
      'data',
      `${name} of ${lines} ${line}s and ${entries} entries has starts of ${lines + 1} numbers from 0 to ${entries}; ` +
        `these are ${starts.length}, from ${starts[0]} to ${starts[starts.length - 1]}`,
    );
  }
  for (let i = 0; i < lines; i++) {
    const [from, to] = [starts[i]!, starts[i + 1]!];
    if (to >= from && Number.isInteger(to)) continue;
    const fault = to < from ? `before it starts at ${from}` : 'which is no whole number';
    throw new InputError('data', `${name}'s ${line} ${i} ends at entry ${to}, ${fault}`);
  }
}

function checkLine({ places, starts, indexes, values }: Compressed, terms: CompressedTerms, i: number): void {
  const { name, line, ascending } = terms;
  const to = starts[i + 1]!;
  let last = -1;
  for (let e = starts[i]!; e < to; e++) {
    const place = indexes[e]!;
    if (!(place >= 0 && place < places && Number.isInteger(place)))
      throw new InputError(
        'data',
        `${name}'s ${line} ${i} has an entry in ${other(line)} ${place}; there are ${places}`,
      );
    if (ascending && place <= last)
      throw new InputError(
        'data',
        `${name}'s ${line} ${i} has ${other(line)} ${place} after ${last}; ${other(line)}s ascend, each once`,
      );
    if (values && !Number.isFinite(values[e]))
      throw new InputError(
        'not-finite',
        `${name}'s entry in ${line} ${i}, ${other(line)} ${place} is ${values[e]}; a finite number is needed`,
      );
    last = place;
  }
}

const other = (line: 'row' | 'column') => (line === 'row' ? 'column' : 'row');
