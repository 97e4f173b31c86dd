/** Four digits, as a text, so that a column of numbers of all sizes stays narrow. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'undefined' : String(value);
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumSignificantDigits: digits });
}

/** `0.9123 (0.9012 to 0.9215)` */
export const interval = (value: number, lower: number, upper: number): string =>
  `${short(value)} (${short(lower)} to ${short(upper)})`;
