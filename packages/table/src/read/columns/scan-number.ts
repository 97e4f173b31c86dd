/** Powers of ten that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Decimal digits whose every number float64 holds exactly. */
const EXACT_DIGITS = 15;

const [ZERO, NINE, POINT, COMMA, PLUS, MINUS, LOWER_E, UPPER_E] = [48, 57, 46, 44, 43, 45, 101, 69];

/**
 * The number that a text is, in decimal digits with a sign, a decimal point (or comma) and an exponent as may be; NaN for any other text, the
 * empty one included, and for numbers beyond float64. Rounded as `Number` rounds: where digits and power of ten are exact in float64, so is
 * the one division or product (Clinger 1990, "How to read floating point numbers accurately").
 *
 * @param strict leaves texts that a number would change to be texts: codes such as `00501` and integers beyond 2⁵³.
 */
export function scanNumber(text: string, decimal: '.' | ',', strict: boolean): number {
  const end = text.length;
  const first = text.charCodeAt(0);
  const start = first === MINUS || first === PLUS ? 1 : 0;
  const mark = decimal === '.' ? POINT : COMMA;
  let mantissa = 0;
  let at = start;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  const whole = at - start;
  let decimals = 0;
  const isWhole = at === end;
  if (!isWhole && text.charCodeAt(at) === mark) {
    const after = ++at;
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    decimals = at - after;
  }
  const digits = whole + decimals;
  if (digits === 0) return Number.NaN;
  if (strict && whole > 1 && text.charCodeAt(start) === ZERO) return Number.NaN;
  if (at < end && !isExponent(text, at)) return Number.NaN;
  if (at === end && digits <= EXACT_DIGITS) {
    const size = decimals === 0 ? mantissa : mantissa / POWERS[decimals]!;
    return first === MINUS ? -size : size;
  }
  if (strict && isWhole && digits > EXACT_DIGITS && !Number.isSafeInteger(Number(text))) return Number.NaN;
  const value = Number(decimal === '.' ? text : text.replace(',', '.'));
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Whether the rest of a text is an exponent. */
function isExponent(text: string, at: number): boolean {
  const letter = text.charCodeAt(at);
  if (letter !== LOWER_E && letter !== UPPER_E) return false;
  const sign = text.charCodeAt(at + 1);
  const start = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return false;
  }
  return start < text.length;
}
