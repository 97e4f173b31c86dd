import { parse } from 'csv-parse/sync';
import { createMatrix, type Matrix } from './matrix.ts';

/** A column by its name in the header, or by its number from 0. */
export type ColumnKey = string | number;

export interface TableOptions {
  /** The column that holds each row's class, as any text; it is left out of the inputs. */
  readonly label?: ColumnKey | undefined;
  /** The column that holds each row's number to predict; it is left out of the inputs. */
  readonly target?: ColumnKey | undefined;
  /** The column that names each row, as any text; it is left out of the inputs and kept in `ids`. */
  readonly id?: ColumnKey | undefined;
  /** Whether the first line names the columns; true unless given. */
  readonly header?: boolean | undefined;
  /** What separates entries; a comma unless given. */
  readonly delimiter?: string | undefined;
}

/** The numbers of a table, and what is to be predicted from them. */
export interface Table {
  readonly x: Matrix;
  /** The names of the columns of `x`; numbers from 0 where the table has no header. */
  readonly columns: readonly string[];
  /** With `label`: for each row an index of `classes`. */
  readonly labels?: Int32Array;
  /** With `label`: the different labels, in ascending order (as numbers where all are). */
  readonly classes?: readonly string[];
  /** With `target`: a number for each row. */
  readonly target?: Float32Array;
  /** With `id`: a text for each row. */
  readonly ids?: readonly string[];
}

interface Line {
  /** Its number in the file, from 1. */
  readonly number: number;
  readonly entries: readonly string[];
}

/** A decimal number; not the empty text, `0x10` or `Infinity`, which `Number` takes too. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a table of numbers from comma-separated text (RFC 4180; blank lines and blanks around entries are ignored).
 *
 * @param name how errors name the table.
 * @throws with the line and column of an entry that is not a finite float32 number, the line of another length than the
 *   first, or the columns there are where one is asked for that is not.
 */
export function parseTable(text: string | Uint8Array, options: TableOptions = {}, name = 'the table'): Table {
  const { header = true } = options;
  const lines = parseLines(text, options.delimiter ?? ',', name);
  const width = lines[0]?.entries.length ?? 0;
  const names = header ? (lines[0]?.entries ?? []) : Array.from({ length: width }, (_, j) => String(j));
  const rows = header ? lines.slice(1) : lines;
  if (rows.length === 0) throw new Error(`data: ${name} has no rows${header ? ' after its header' : ''}`);
  if (header && names.every((entry) => DECIMAL.test(entry))) {
    throw new Error(`data: the first line of ${name} holds numbers only; say "header: false" if it is a row`);
  }
  const label = findColumn(options.label, names, name);
  const target = findColumn(options.target, names, name);
  const id = findColumn(options.id, names, name);
  const inputs = names.map((_, j) => j).filter((j) => j !== label && j !== target && j !== id);
  const number = (line: Line, j: number) => parseNumber(line, j, names[j]!, name);
  const x = createMatrix(rows.length, inputs.length);
  rows.forEach((line, i) => {
    inputs.forEach((j, k) => {
      x.data[i * inputs.length + k] = number(line, j);
    });
  });
  return {
    x,
    columns: inputs.map((j) => names[j]!),
    ...(label === undefined ? {} : classify(rows.map((line) => line.entries[label]!))),
    ...(id === undefined ? {} : { ids: rows.map((line) => line.entries[id]!) }),
    ...(target === undefined ? {} : { target: Float32Array.from(rows, (line) => number(line, target)) }),
  };
}

function parseLines(text: string | Uint8Array, delimiter: string, name: string): Line[] {
  let parsed: string[][];
  try {
    // Lines of differing length get our own message below, which names the table.
    const tolerant = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true };
    parsed = parse(text, { ...tolerant, delimiter, info: true });
  } catch (cause) {
    throw new Error(`data: ${name} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  // The types of csv-parse do not follow its option `info`.
  const records = parsed as unknown as { info: { lines: number }; record: string[] }[];
  const lines = records.map(({ info, record }) => ({ number: info.lines, entries: record }));
  const width = lines[0]?.entries.length;
  const ragged = lines.find((line) => line.entries.length !== width);
  if (!ragged) return lines;
  throw new Error(
    `data: line ${ragged.number} of ${name} has ${ragged.entries.length} entries, line ${lines[0]!.number} has ${width}`,
  );
}

function findColumn(key: ColumnKey | undefined, names: readonly string[], name: string): number | undefined {
  if (key === undefined) return undefined;
  const index = typeof key === 'number' ? key : names.indexOf(key);
  if (names[index] !== undefined) return index;
  throw new Error(`data: ${name} has no column ${JSON.stringify(key)}; its columns are ${names.join(', ')}`);
}

function parseNumber({ number, entries }: Line, j: number, column: string, name: string): number {
  const text = entries[j]!;
  const value = DECIMAL.test(text) ? Math.fround(Number(text)) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new Error(
    `data: line ${number}, column "${column}" of ${name} holds ${JSON.stringify(text)}, which is not a finite float32 number; drop or impute such rows, or name the column as the label`,
  );
}

function classify(texts: readonly string[]): { labels: Int32Array; classes: string[] } {
  const classes = [...new Set(texts)];
  if (classes.every((text) => DECIMAL.test(text))) classes.sort((a, b) => Number(a) - Number(b));
  else classes.sort();
  const index = new Map(classes.map((text, c) => [text, c]));
  return { labels: Int32Array.from(texts, (text) => index.get(text)!), classes };
}
