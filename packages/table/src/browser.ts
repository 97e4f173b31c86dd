export { tableFromColumns, tableFromRows } from './from-values.ts';
export type { ReadTableOptions, TableFormat, TableSource, TextEncoding } from './read/options.ts';
export { readDataTable, streamDataTable } from './read/read-data-table.ts';
export type {
  BooleanColumn,
  Column,
  ColumnKind,
  DataTable,
  DateColumn,
  NumberColumn,
  TextColumn,
} from './table.ts';
