/** A value for people: numbers to six significant digits, thousands apart; everything else as JSON or text. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.map(formatValue).join(', ');
  return JSON.stringify(value) ?? '';
}

const NUMBER = /^[-+−]?(\d[\d,]*(\.\d+)?(e[-+]?\d+)?|∞|Infinity|NaN)( ?%| ± \d[\d.,]*)?$/;

/** What may stand in a column of numbers. */
const BESIDE: ReadonlySet<unknown> = new Set(['', '–', 'yes', 'no', 'never']);

/** Whether a column holds numbers, as numbers or as text, and nothing else than these, blanks, yes, no and never; it is set to the right then. */
export function isNumericColumn(cells: readonly unknown[]): boolean {
  const isNumber = (cell: unknown) => typeof cell === 'number' || (typeof cell === 'string' && NUMBER.test(cell));
  return cells.some(isNumber) && cells.every((cell) => isNumber(cell) || BESIDE.has(cell));
}

/** A setting as it was given: nothing rounded. */
export function formatSetting(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value)?.replaceAll(',', ', ') ?? '');
}

export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return String(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(3).replace(/\.?0{1,3}e/, 'e');
  return value.toLocaleString('en-US', { maximumSignificantDigits: size >= 1e6 ? 9 : 6 });
}
