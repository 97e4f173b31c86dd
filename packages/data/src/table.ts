import { type ByteSource, checkSettings, flag, InputError, listed, oneOf, showValue, toBytes } from '@unbraid/checks';
import * as z from 'zod';
import { createGrowing } from './growing.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import { separatorHint } from './table-hint.ts';
import { eachLine, type Line } from './table-lines.ts';
import { isDecimal, numberFault, readNumber } from './table-number.ts';

/** A column by its name in the header, or by its number from 0. */
export type ColumnKey = string | number;

/** How a table is read. */
export interface TableOptions {
  /** The column that holds each row's class, as any text; it is left out of the inputs. */
  readonly label?: ColumnKey | undefined;
  /** The column that holds each row's number to predict; it is left out of the inputs. */
  readonly target?: ColumnKey | undefined;
  /** The column that names each row, as any text; it is left out of the inputs and kept in `ids`. */
  readonly id?: ColumnKey | undefined;
  /** Columns that are left out. */
  readonly omit?: readonly ColumnKey[] | undefined;
  /** Whether the first line names the columns; true unless given. */
  readonly header?: boolean | undefined;
  /** What separates entries, one character; a comma unless given. A blank stands for one or more of them. */
  readonly delimiter?: string | undefined;
  /** What stands before the decimals of a number; a point unless given. */
  readonly decimal?: '.' | ',' | undefined;
  /** What is done about a row in which an entry is missing: it is refused, which is the default, or dropped and counted. */
  readonly missing?: 'refuse' | 'drop' | undefined;
  /** Texts that stand for a missing entry; `MISSING_TEXTS` in any case unless given. */
  readonly missingTexts?: readonly string[] | undefined;
  /** Whether integers beyond 2²⁴ that float32 does not hold are rounded to one that it does; else they are refused. */
  readonly round?: boolean | undefined;
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
  /** Rows that were left out because an entry was missing. */
  readonly dropped: number;
}

/** What stands for a missing entry unless a table says otherwise, in lower case. */
export const MISSING_TEXTS: readonly string[] = ['', 'na', 'n/a', '#n/a', '<na>', 'nan', 'null', 'none', '?'];

const columnKey = z.union([z.string(), z.number()], { error: "a column's name, or its number from 0" });

const settings = z.object({
  label: columnKey.optional(),
  target: columnKey.optional(),
  id: columnKey.optional(),
  omit: z.array(columnKey, { error: 'a list of columns' }).default([]),
  header: flag().default(true),
  delimiter: z
    .string({ error: 'one character' })
    .refine((text) => /^[^\r\n"]$/.test(text), { error: 'one character, which is no quote' })
    .default(','),
  decimal: oneOf('.', ',').default('.'),
  missing: oneOf('refuse', 'drop').default('refuse'),
  missingTexts: z.array(z.string(), { error: 'a list of texts' }).optional(),
  round: flag().default(false),
});

type Settings = z.output<typeof settings>;

/**
 * Reads a table of numbers from comma-separated text (RFC 4180; blank lines and blanks around entries are ignored).
 *
 * @param source the text, or its bytes in UTF-8 or (with a byte-order mark) UTF-16.
 * @param name how errors name the table.
 * @throws {InputError} with the line and column of an entry that is missing, is not a finite float32 number or would lose digits in
 *   float32; the line of another length than the first; the columns there are where one is asked for that is not, or that have one name.
 */
export function parseTable(source: string | ByteSource, options: TableOptions = {}, name = 'the table'): Table {
  const checked = checkSettings('data: readTable', settings, options);
  if (checked.decimal === checked.delimiter) {
    throw new InputError(
      'setting',
      `data: readTable's decimal and delimiter are both ${showValue(checked.decimal)}; set another delimiter, such as ";"`,
    );
  }
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : toBytes(source, name);
  let reader: RowReader | undefined;
  eachLine(bytes, checked.delimiter, name, (line) => {
    if (reader) return reader.add(line);
    const names = checked.header ? line.entries : line.entries.map((_, j) => String(j));
    if (names.length === 1) refuseOneColumn(bytes, checked, name);
    reader = createRowReader(names, checked, name, separatorHint(bytes, checked.delimiter));
    if (!checked.header) reader.add(line);
  });
  const table = reader?.finish();
  if (table) return table;
  throw new InputError('data', `data: ${name} has no rows${reader ? ' after its header' : ''}`);
}

/** A table that seems to be one column of texts with another separator in each is none. */
function refuseOneColumn(bytes: Uint8Array, { delimiter }: Settings, name: string): void {
  const hint = separatorHint(bytes, delimiter);
  if (!hint || hint.includes('blanks')) return;
  throw new InputError('data', `data: ${name} has one column; ${hint}`);
}

interface RowReader {
  add(line: Line): void;
  /** Undefined where there was no row. */
  finish(): Table | undefined;
}

function createRowReader(names: readonly string[], options: Settings, name: string, hint?: string): RowReader {
  const columns = chosenColumns(names, options, name, hint);
  const { inputs, label, target, id } = columns;
  const needed = [...inputs, label, target, id].filter((j) => j !== undefined);
  const isMissing = missingTest(options.missingTexts);
  const values = createGrowing((length) => new Float32Array(length));
  const targets = createGrowing((length) => new Float32Array(length));
  const labels = createLabels();
  const ids: string[] = [];
  let rows = 0;
  let dropped = 0;
  const fail = (line: Line, j: number, fault: string) => {
    const place = `line ${line.number}, column ${showValue(names[j])} of ${name}`;
    return new InputError('data', `data: ${place} ${fault}${hint ? `; ${hint}` : ''}`);
  };
  const number = (line: Line, j: number) => {
    const value = readNumber(line.entries[j]!, options);
    if (Number.isNaN(value)) throw fail(line, j, numberFault(line.entries[j]!, options));
    return value;
  };
  return {
    add(line) {
      const { entries } = line;
      const empty = needed.find((j) => isMissing(entries[j]!));
      if (empty !== undefined && options.missing === 'refuse') throw fail(line, empty, missingFault(entries[empty]!));
      if (empty !== undefined) {
        dropped++;
        return;
      }
      rows++;
      for (const j of inputs) values.push(number(line, j));
      if (target !== undefined) targets.push(number(line, target));
      if (label !== undefined) labels.push(entries[label]!);
      if (id !== undefined) ids.push(entries[id]!);
    },
    finish() {
      if (rows + dropped === 0) return undefined;
      if (rows === 0)
        throw new InputError('data', `data: each of the ${dropped} rows of ${name} lacks an entry; none is left`);
      const classified: Pick<Table, 'labels' | 'classes'> = label === undefined ? {} : labels.finish(name);
      if (options.header) checkHeaderIsNoRow(names, label, classified.classes, name);
      return {
        x: createMatrix(rows, inputs.length, values.finish()),
        columns: inputs.map((j) => names[j]!),
        ...classified,
        ...(target === undefined ? {} : { target: targets.finish() }),
        ...(id === undefined ? {} : { ids }),
        dropped,
      };
    },
  };
}

/** The numbers of the columns: those of the inputs, and those that an option names. */
interface Columns {
  readonly inputs: readonly number[];
  readonly label: number | undefined;
  readonly target: number | undefined;
  readonly id: number | undefined;
}

function chosenColumns(names: readonly string[], options: Settings, name: string, hint?: string): Columns {
  const find = (key: ColumnKey | undefined) => (key === undefined ? undefined : findColumn(key, names, name, hint));
  const [label, target, id] = [options.label, options.target, options.id].map(find);
  const left = new Set([label, target, id, ...options.omit.map(find)]);
  const inputs = names.map((_, j) => j).filter((j) => !left.has(j));
  if (options.header) checkNames(names, inputs, name);
  return { inputs, label, target, id };
}

function findColumn(key: ColumnKey, names: readonly string[], name: string, hint?: string): number {
  const index = typeof key === 'number' ? key : names.indexOf(key);
  if (names[index] === undefined) {
    throw new InputError(
      'setting',
      `data: ${name} has no column ${showValue(key)}; ${hint ?? `its columns are ${listed(names)}`}`,
    );
  }
  const second = typeof key === 'number' ? -1 : names.indexOf(key, index + 1);
  if (second < 0) return index;
  throw new InputError(
    'data',
    `data: columns ${index} and ${second} (counted from 0) of ${name} are both named ${showValue(key)}; say which by its number, or rename one`,
  );
}

/** Inputs are told apart by their names. */
function checkNames(names: readonly string[], inputs: readonly number[], name: string): void {
  const seen = new Map<string, number>();
  for (const j of inputs) {
    const earlier = seen.get(names[j]!);
    if (earlier !== undefined) {
      throw new InputError(
        'data',
        `data: columns ${earlier} and ${j} (counted from 0) of ${name} are both named ${showValue(names[j])}; rename one, or omit one by its number`,
      );
    }
    seen.set(names[j]!, j);
  }
  const unnamed = seen.get('');
  if (unnamed === undefined) return;
  throw new InputError(
    'data',
    `data: column ${unnamed} (counted from 0) of ${name} has no name; name it, or omit it by its number if it only counts the rows`,
  );
}

/** A header that looks like a row is one that would be lost. */
function checkHeaderIsNoRow(
  names: readonly string[],
  label: number | undefined,
  classes: readonly string[] | undefined,
  name: string,
): void {
  const numbers = names.every((each, j) =>
    j === label ? isDecimal(each) || classes?.includes(each) : isDecimal(each),
  );
  if (!numbers) return;
  throw new InputError(
    'data',
    `data: the first line of ${name} reads like a row, not like names; say header: false if it is a row`,
  );
}

function missingTest(texts: readonly string[] | undefined): (text: string) => boolean {
  const set = new Set(texts ?? MISSING_TEXTS);
  return texts ? (text) => set.has(text) : (text) => text.length <= LONGEST_MISSING && set.has(text.toLowerCase());
}

const LONGEST_MISSING = Math.max(...MISSING_TEXTS.map(({ length }) => length));

function missingFault(text: string): string {
  const what = text === '' ? 'has no entry' : `holds ${showValue(text)}, which stands for a missing entry`;
  return `${what}; impute it, or set missing: "drop" to leave such rows out`;
}

/** Classes in the order in which they come, until all are known. */
function createLabels() {
  const numbers = new Map<string, number>();
  const labels = createGrowing((length) => new Int32Array(length));
  return {
    push(text: string) {
      const known = numbers.get(text);
      const number = known ?? numbers.size;
      if (known === undefined) numbers.set(text, number);
      labels.push(number);
    },
    finish(name: string): { labels: Int32Array; classes: string[] } {
      const classes = [...numbers.keys()];
      if (classes.every(isDecimal)) sortNumbers(classes, name);
      else classes.sort();
      const place = new Int32Array(classes.length);
      for (const [i, text] of classes.entries()) place[numbers.get(text)!] = i;
      return { labels: labels.finish().map((number) => place[number]!), classes };
    },
  };
}

/** Sorts texts of numbers, in place; one number in two spellings would be two classes. */
function sortNumbers(classes: string[], name: string): void {
  classes.sort((a, b) => Number(a) - Number(b));
  const twin = classes.findIndex((text, i) => i > 0 && Number(text) === Number(classes[i - 1]));
  if (twin < 0) return;
  throw new InputError(
    'data',
    `data: ${name} has the labels ${showValue(classes[twin - 1])} and ${showValue(classes[twin])}, which are one number; write them alike`,
  );
}
