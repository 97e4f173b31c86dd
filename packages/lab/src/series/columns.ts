import { numberIn } from '@unbraid/experiment/statistics';
import type { Scalar } from '../api.ts';
import { type GrowingNumbers, growingCodes, growingFloats, growingIndexes } from './growing.ts';

/** More columns than a table of metrics has; further ones of a file are left out. */
const MOST_COLUMNS = 500;
/** Texts of a column that are told apart; later ones count as one. */
const MOST_TEXTS = 10_000;
/** Characters of a text that are kept. */
const MOST_CHARACTERS = 1000;

/** What a line says of a column: a number, or one of its texts. */
export interface Column {
  readonly name: string;
  /** Lines that have it, counted from 0. */
  readonly lines: GrowingNumbers<Uint32Array>;
  /** The number; NaN where it is a text. */
  readonly numbers: GrowingNumbers<Float64Array>;
  /** The text's place in `texts`; -1 where it is a number. Absent while there are numbers only. */
  codes: GrowingNumbers<Int32Array> | undefined;
  /** Texts, true and false. */
  readonly texts: (string | boolean)[];
  readonly codeOf: Map<string | boolean, number>;
  /** Numbers that are NaN. */
  nans: number;
  /** Numbers, NaN too. */
  count: number;
  /** Whether all numbers are integers. */
  whole: boolean;
}

/** Columns of a file of JSON lines. */
export interface Columns {
  /** Lines so far, those too that are no JSON objects. */
  lines(): number;
  all(): readonly Column[];
  get(name: string): Column | undefined;
  /** Takes a line in; undefined for one that can't be read, which counts and has nothing. */
  add(record: Readonly<Record<string, unknown>> | undefined): void;
  clear(): void;
  /** That are held, about. */
  bytes(): number;
}

/** Begins with no line. */
export function createColumns(): Columns {
  let columns = new Map<string, Column>();
  let lines = 0;

  function columnOf(name: string): Column | undefined {
    const known = columns.get(name);
    if (known !== undefined || columns.size >= MOST_COLUMNS) return known;
    const column: Column = {
      name,
      lines: growingIndexes(),
      numbers: growingFloats(),
      codes: undefined,
      texts: [],
      codeOf: new Map(),
      nans: 0,
      count: 0,
      whole: true,
    };
    columns.set(name, column);
    return column;
  }

  return {
    lines: () => lines,
    all: () => [...columns.values()],
    get: (name) => columns.get(name),
    add(record) {
      if (record !== undefined) {
        for (const name in record) {
          const value = record[name];
          // Nothing is said of it.
          if (value === null || value === undefined) continue;
          const column = columnOf(name);
          if (column !== undefined) put(column, lines, value);
        }
      }
      lines++;
    },
    clear() {
      columns = new Map();
      lines = 0;
    },
    bytes() {
      let total = 0;
      for (const { lines: own, numbers, codes, texts } of columns.values())
        total += own.bytes() + numbers.bytes() + (codes?.bytes() ?? 0) + texts.length * 100;
      return total;
    },
  };
}

function put(column: Column, line: number, value: unknown): void {
  const number = numberIn(value);
  column.lines.push(line);
  if (number !== undefined) {
    column.numbers.push(number);
    column.codes?.push(-1);
    column.count++;
    if (Number.isNaN(number)) column.nans++;
    if (!Number.isInteger(number)) column.whole = false;
    return;
  }
  const text =
    typeof value === 'boolean'
      ? value
      : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MOST_CHARACTERS);
  column.codes ??= allNumbers(column.numbers.length);
  column.numbers.push(Number.NaN);
  column.codes.push(codeOf(column, text));
}

function allNumbers(count: number): GrowingNumbers<Int32Array> {
  const codes = growingCodes();
  for (let i = 0; i < count; i++) codes.push(-1);
  return codes;
}

function codeOf({ texts, codeOf: codes }: Column, text: string | boolean): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  const kept = texts.length < MOST_TEXTS ? text : '…';
  const code = codes.get(kept) ?? texts.push(kept) - 1;
  codes.set(kept, code);
  return code;
}

/** What a column says at a place of its own. */
export function valueAt({ numbers, codes, texts }: Column, index: number): Scalar {
  const code = codes?.at(index) ?? -1;
  if (code >= 0) return texts[code]!;
  const number = numbers.at(index);
  return Number.isFinite(number) ? number : String(number);
}
