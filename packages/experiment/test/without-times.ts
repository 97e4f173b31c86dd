/** `seconds`, `secondsOfFit`, `trainingSeconds`, `steps/s`: what a value or a column is called that is a time. */
const TIME = /^seconds|seconds$|Seconds|\/s$|, s$|\bs\)$/;

/** JSON without the members, and the columns of tables, that are times: what is left is the same wherever and however often a run is done. */
export function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const { columns, rows } = value as { columns?: unknown; rows?: unknown };
  const entries = Object.entries(value).filter(([name]) => !TIME.test(name));
  const rest = Object.fromEntries(entries.map(([name, part]) => [name, withoutTimes(part)]));
  if (!Array.isArray(columns) || !Array.isArray(rows)) return rest;
  const kept = columns.map((column) => !TIME.test(String(column)));
  const chosen = (row: readonly unknown[]) => row.filter((_, j) => kept[j]);
  return { ...rest, columns: chosen(columns), rows: rows.map(chosen) };
}
