import { InputError } from '@unbraid/checks';
import type { Column, DataTable } from '../table.ts';
import { checkTable } from './find-column.ts';

/**
 * A table of the rows at `indices`, in that order; an index may repeat. Levels of text columns are shared with the table.
 * @throws {InputError} `data`, for an index that is no row
 */
export function selectRows(table: DataTable, indices: ArrayLike<number>): DataTable {
  checkTable('table: selectRows', table);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < table.rows))
      throw new InputError('data', `table: selectRows: there is no row ${index} in a table of ${table.rows} rows`);
  }
  return { rows: indices.length, columns: table.columns.map((column) => selected(column, indices)) };
}

function selected(column: Column, indices: ArrayLike<number>): Column {
  if (column.kind === 'text') {
    const codes = new Int32Array(indices.length);
    for (let i = 0; i < codes.length; i++) codes[i] = column.codes[indices[i]!]!;
    return { ...column, codes };
  }
  const values = new Float64Array(indices.length);
  for (let i = 0; i < values.length; i++) values[i] = column.values[indices[i]!]!;
  return { ...column, values };
}
