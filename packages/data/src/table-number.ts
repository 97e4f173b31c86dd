import { showValue } from '@unbraid/checks';
import { isDecimalComma } from './table-hint.ts';

/**
 * A decimal number; not the empty text, `0x10` or `Infinity`, which `Number` takes too. Nothing in it can match the same digits in two
 * ways, so it takes linear time.
 */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;

/** How the numbers of a table are read. */
export interface NumberForm {
  readonly decimal: '.' | ',';
  /** Whether integers that float32 does not hold may be rounded. */
  readonly round: boolean;
}

/** The float32 of an entry; NaN where `numberFault` says why there is none. */
export function readNumber(text: string, { decimal, round }: NumberForm): number {
  const plain = decimal === '.' ? text : withPoint(text);
  if (!DECIMAL.test(plain)) return Number.NaN;
  const value = Number(plain);
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) return Number.NaN;
  // Float32 holds every integer to 2²⁴, and so those of seven digits.
  if (!round && plain.length > 7 && INTEGER.test(plain) && !isKept(plain, value, rounded)) return Number.NaN;
  return rounded;
}

/** Why an entry gives no number, and what to do. */
export function numberFault(text: string, form: NumberForm): string {
  const rounded = readNumber(text, { ...form, round: true });
  if (!Number.isNaN(rounded)) {
    return `holds ${showValue(text)}, of which float32 keeps ${rounded}; omit the column if it holds ids, or set round: true`;
  }
  const advice =
    form.decimal === '.' && isDecimalComma(text)
      ? 'set decimal: "," if that is a decimal comma'
      : 'drop or impute such rows, or name the column as the label';
  return `holds ${showValue(text)}, which is not a finite float32 number; ${advice}`;
}

/** A decimal comma as a point; a text that has a point already, where it would separate thousands, is none of ours. */
function withPoint(text: string): string {
  return text.includes('.') ? '' : text.replace(',', '.');
}

/** Whether an integer comes out as it was written, in its digits or as JavaScript writes the number. */
function isKept(text: string, value: number, rounded: number): boolean {
  if (value !== rounded) return false;
  return Number.isSafeInteger(value) || String(value) === text || BigInt(text.replace('+', '')) === BigInt(value);
}

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
