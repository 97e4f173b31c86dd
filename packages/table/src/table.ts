/** Numbers; NaN where an entry is missing. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Yes and no: 1 and 0; NaN where an entry is missing. */
export interface BooleanColumn {
  readonly name: string;
  readonly kind: 'boolean';
  readonly values: Float64Array;
}

/** Times, as milliseconds since 1970 in UTC; NaN where an entry is missing. */
export interface DateColumn {
  readonly name: string;
  readonly kind: 'date';
  readonly values: Float64Array;
}

/** Texts, each kept once: entry i is `levels[codes[i]]`, and missing where the code is −1. */
export interface TextColumn {
  readonly name: string;
  readonly kind: 'text';
  readonly codes: Int32Array;
  /** The different texts, in the order in which they first come. */
  readonly levels: readonly string[];
}

/** A column of a table. */
export type Column = NumberColumn | BooleanColumn | DateColumn | TextColumn;

/** What a column holds. */
export type ColumnKind = Column['kind'];

/** Columns of one length, with names that differ. */
export interface DataTable {
  readonly rows: number;
  readonly columns: readonly Column[];
}
