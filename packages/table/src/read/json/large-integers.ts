/** Fewer digits always fit. */
const SAFE_DIGITS = 15;

const [QUOTE, BACKSLASH, ZERO, NINE, MINUS, POINT] = [34, 92, 48, 57, 45, 46];

/**
 * JSON in which integers beyond 2⁵³ are texts with a NUL before them, which no text of ours has, so that they keep their digits; undefined
 * where there are none.
 */
export function withLargeIntegers(json: string): string | undefined {
  let out = '';
  let copied = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = afterText(json, at);
    } else if (isDigit(code)) {
      const start = json.charCodeAt(at - 1) === MINUS ? at - 1 : at;
      while (isDigit(json.charCodeAt(at))) at++;
      const isWhole = json.charCodeAt(at) !== POINT && (json.charCodeAt(at) | 32) !== 101;
      const digits = json.slice(start, at);
      if (isWhole && digits.length > SAFE_DIGITS && !Number.isSafeInteger(Number(digits))) {
        out += `${json.slice(copied, start)}"\\u0000${digits}"`;
        copied = at;
      }
      // Decimals and exponents are no integers of their own.
      while (isPartOfNumber(json.charCodeAt(at))) at++;
    } else at++;
  }
  return copied === 0 ? undefined : out + json.slice(copied);
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
const isPartOfNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === MINUS || code === 43 || (code | 32) === 101;

function afterText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}
