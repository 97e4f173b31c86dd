/** A value as an error message shows it: short, and never a whole array. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  const name = value.constructor?.name ?? 'object';
  const length = (value as { length?: unknown }).length;
  return typeof length === 'number' ? `${name} of ${length}` : name;
}
