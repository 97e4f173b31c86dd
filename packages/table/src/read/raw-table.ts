import type { ColumnKind } from '../table.ts';
import type { EntryForm } from './columns/entry.ts';
import type { Place, Sink } from './columns/sink.ts';

/** One way through the rows of a source, from the first to the last. */
export interface Reading {
  /** Names entries of a column in the piece that is being read. */
  place(column: string): Place;
  /**
   * Gives each sink the entries of its column, piece by piece, and tells how many rows a piece has.
   *
   * @param room how many rows the next piece may have
   */
  pieces(sinks: readonly Sink[], room: () => number): AsyncIterable<number>;
}

/** A source whose columns are known, and nothing of its rows. */
export interface RawTable {
  /** How errors name it. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly form: EntryForm;
  /** The kind of a column in which every entry is missing. */
  emptyKind(column: string): ColumnKind;
  /** @param columns those that are read, of `columns` */
  begin(columns: readonly string[]): Reading;
}
