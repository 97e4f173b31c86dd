/** Whether a value isn't the same in all rows; where a row has none is a value, too. */
export const differs = <R>(rows: readonly R[], value: (row: R) => unknown): boolean =>
  rows.some((row) => value(row) !== value(rows[0]!));
