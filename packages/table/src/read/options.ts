import {
  type ByteSource,
  callback,
  checkSettings,
  count,
  flag,
  given,
  having,
  InputError,
  oneOf,
  showValue,
  text,
} from '@unbraid/checks';
import * as z from 'zod';
import type { ColumnKind } from '../table.ts';

/** A file by its path, or its bytes with the name by which errors know it (and whose end tells what it is, where its bytes don't). */
export type TableSource = string | { readonly bytes: ByteSource; readonly name: string };

/** What a file of a table is. */
export type TableFormat = 'csv' | 'jsonl' | 'parquet' | 'arrow' | 'sqlite' | 'postgres';

/** How text is written as bytes. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** How a table is read. */
export interface ReadTableOptions {
  /** What the file is; told by its first bytes and its name unless given. */
  readonly format?: TableFormat | undefined;
  /** What columns hold; found from all of the file for those that aren't named. */
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** The columns that are read, in this order; all unless given. */
  readonly columns?: readonly string[] | undefined;
  /** A query in SQL, answered by DuckDB, in which `data` is the source: `select * from data where year > 2000`. */
  readonly query?: string | undefined;
  /** Whether the first line of a CSV file names the columns; found from its first lines unless given. */
  readonly header?: boolean | undefined;
  /** What separates a CSV file's entries, one character; found from its first lines unless given. A blank stands for one or more of them. */
  readonly delimiter?: string | undefined;
  /** What stands before the decimals of a CSV file's numbers; found from its first lines unless given. */
  readonly decimal?: '.' | ',' | undefined;
  /** How a text file's bytes are to be read; UTF-8, or by its byte-order mark UTF-16, unless given. `latin1` is Windows' code page 1252. */
  readonly encoding?: TextEncoding | undefined;
  /** Texts that stand for a missing entry; in CSV files `MISSING_TEXTS` of `@unbraid/data` in any case unless given, in others none. */
  readonly missingTexts?: readonly string[] | undefined;
  /** Rows of a batch, 10,000 unless given. */
  readonly batchRows?: number | undefined;
  /** What reads: DuckDB, or JavaScript alone. `auto` takes DuckDB for what the other can't read. Both give the same table. */
  readonly engine?: 'auto' | 'duckdb' | 'own' | undefined;
  /** Ends reading with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told of what was read otherwise than expected, such as a column of numbers that holds one text; `emitWarning` unless given. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

const schema = z.object({
  format: oneOf('csv', 'jsonl', 'parquet', 'arrow', 'sqlite', 'postgres').optional(),
  kinds: given<Readonly<Record<string, ColumnKind>>>().default({}),
  columns: z.array(text(), { error: 'a list of names' }).optional(),
  query: text().optional(),
  header: flag().optional(),
  delimiter: text()
    .refine((each) => /^[^\r\n"\ufeff]$/.test(each), { error: 'one character, which is no quote' })
    .optional(),
  decimal: oneOf('.', ',').optional(),
  encoding: oneOf('utf-8', 'utf-16le', 'utf-16be', 'latin1').optional(),
  missingTexts: z.array(text(), { error: 'a list of texts' }).optional(),
  batchRows: count().default(10_000),
  engine: oneOf('auto', 'duckdb', 'own').default('auto'),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onWarning: callback<(message: string) => void>().optional(),
});

/** Options that were checked, with what they are unless given. */
export type ReadSettings = Omit<z.output<typeof schema>, 'kinds'> & { readonly kinds: ReadonlyMap<string, ColumnKind> };

const KINDS: readonly unknown[] = ['number', 'boolean', 'date', 'text'] satisfies ColumnKind[];

/** @throws {InputError} `setting`, for options that are unknown or don't fit */
export function checkReadOptions(who: string, options: ReadTableOptions): ReadSettings {
  const settings = checkSettings(`table: ${who}`, schema, options);
  const { decimal, delimiter, columns, kinds } = settings;
  if (typeof kinds !== 'object' || kinds === null || Array.isArray(kinds)) {
    throw new InputError(
      'setting',
      `table: ${who}'s kinds is ${showValue(kinds)}; an object with a kind for each column is needed`,
    );
  }
  const wrong = Object.entries(kinds).find(([, kind]) => !KINDS.includes(kind));
  if (wrong) {
    throw new InputError(
      'setting',
      `table: ${who}'s kind of ${showValue(wrong[0])} is ${showValue(wrong[1])}; ${KINDS.join(', ')} are known`,
    );
  }
  if (decimal !== undefined && decimal === delimiter) {
    throw new InputError(
      'setting',
      `table: ${who}'s decimal and delimiter are both "${decimal}"; set another delimiter, such as ";"`,
    );
  }
  const seen = new Set<string>();
  const twice = columns?.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return { ...settings, kinds: new Map(Object.entries(kinds)) };
  throw new InputError('setting', `table: ${who}'s columns name "${twice}" twice; leave one out`);
}
