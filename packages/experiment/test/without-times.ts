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

/** A file of a run's directory without what are times: of `timeline.jsonl` the units are left, of `progress.json` how far the run came. */
export function fileWithoutTimes(path: string, content: string): string {
  if (path.endsWith('timeline.jsonl')) return content.replaceAll(/^\[[\d.]+,/gm, '[');
  if (!path.endsWith('progress.json')) return content;
  const { seconds: _, secondsLeft: __, at: ___, ...rest } = JSON.parse(content);
  return JSON.stringify(rest);
}
