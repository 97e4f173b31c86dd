import { type DataTable, readDataTable, streamDataTable } from '@unbraid/table';
import { checkFile } from '../source.ts';
import type { TableModel } from './model.ts';

/** What is read of a file for a model. */
export interface Wanted {
  readonly path: string;
  readonly query?: string | undefined;
  /** Columns beside those of the model. */
  readonly others: readonly string[];
  readonly signal?: AbortSignal;
  onWarning(line: string): void;
}

/** The options of a reader: the model's columns as what it learned them, and others. */
function optionsOf({ kinds }: TableModel, { others, query, signal, onWarning }: Wanted) {
  return {
    kinds,
    columns: [...new Set([...Object.keys(kinds), ...others])],
    ...(query !== undefined && { query }),
    ...(signal && { signal }),
    onWarning,
  };
}

/** A whole table for a model. */
export function readFor(model: TableModel, wanted: Wanted): Promise<DataTable> {
  checkFile(wanted.path);
  return readDataTable(wanted.path, optionsOf(model, wanted));
}

/** A table for a model in batches of rows. */
export function streamFor(model: TableModel, wanted: Wanted, batchRows: number): AsyncIterable<DataTable> {
  checkFile(wanted.path);
  return streamDataTable(wanted.path, { ...optionsOf(model, wanted), batchRows });
}
