import { InputError, showValue } from '@unbraid/checks';
import type { Column, ColumnKind } from '../../table.ts';

/** The kinds whose entries are numbers. */
export type ValueKind = Exclude<ColumnKind, 'text'>;

/** What takes the entries of a column as its source gives them, one after the other; `row` is counted in the piece that is read, for errors. */
export interface Sink {
  /** An entry that is written as a text. */
  addText(text: string, row: number): void;
  /** A number, or a date in milliseconds, or 1 or 0 for yes and no; NaN is a missing entry. */
  addValue(kind: ValueKind, value: number, row: number): void;
  /** An integer beyond 2⁵³, as its digits. */
  addLargeInteger(digits: string, row: number): void;
  addMissing(): void;
  /** The column of the entries since the last `take`; undefined where they are of different kinds, and have to be read again as texts. */
  take(): Column | undefined;
}

/** Names an entry for errors: `line 3, column "age" of data.csv`. */
export type Place = (row: number) => string;

const NOUNS = { number: 'a number', date: 'a date as in 2024-03-01 (ISO 8601)', boolean: 'true or false' } as const;

/** An entry is not of the kind that its column has. */
export function wrongKind(where: string, text: string, kind: ValueKind): InputError {
  return new InputError(
    'data',
    `table: ${where} holds ${showValue(text)}, which is not ${NOUNS[kind]}; correct it, or name the text in missingTexts if it stands for a missing entry`,
  );
}

/** @throws {InputError} `not-finite`, where a typed source holds ±∞; a text of it is a text */
export function checkFinite(value: number, place: Place, row: number): void {
  if (Number.isFinite(value)) return;
  throw new InputError(
    'not-finite',
    `table: ${place(row)} holds ${value}; only finite numbers and missing entries are read`,
  );
}
