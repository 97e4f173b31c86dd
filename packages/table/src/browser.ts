export type {
  BooleanColumn,
  Column,
  ColumnKind,
  DataTable,
  DateColumn,
  NumberColumn,
  TextColumn,
} from './table.ts';
