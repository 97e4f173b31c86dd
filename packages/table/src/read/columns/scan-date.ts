const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MINUTE = 60_000;

/** Decimals of a second that are read. */
const MOST_DECIMALS = 9;

/**
 * The milliseconds since 1970, in UTC, of a text that is a date or a time in ISO 8601's extended form: `2024-03-01`, `2024-03-01 12:30`,
 * `2024-03-01T12:30:05.25+02:00`; without a zone it is taken for UTC. NaN for any other text, and for days that there aren't.
 */
export function scanDate(text: string): number {
  if (text.length < 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  // Date.UTC takes years below 100 for those of the 20th century.
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return Number.NaN;
  const midnight = Date.UTC(year, month - 1, day);
  return text.length === 10 ? midnight : midnight + timeOf(text);
}

const [DASH, COLON, BLANK, UPPER_T, LOWER_T, UPPER_Z, LOWER_Z, POINT, COMMA, PLUS] = [
  45, 58, 32, 84, 116, 90, 122, 46, 44, 43,
];

function daysOf(year: number, month: number): number {
  const leaps = month === 2 && (year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0));
  return DAYS[month - 1]! + (leaps ? 1 : 0);
}

/** The number of some digits; NaN where another character is among them. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Milliseconds since midnight in UTC of what follows the day. */
function timeOf(text: string): number {
  const separator = text.charCodeAt(10);
  if (separator !== BLANK && separator !== UPPER_T && separator !== LOWER_T) return Number.NaN;
  const [hour, minute] = [digits(text, 11, 2), digits(text, 14, 2)];
  if (!(text.charCodeAt(13) === COLON && hour <= 23 && minute <= 59)) return Number.NaN;
  let at = 16;
  let milliseconds = 0;
  if (text.charCodeAt(at) === COLON) {
    const second = digits(text, 17, 2);
    if (!(second <= 59)) return Number.NaN;
    at = 19;
    const mark = text.charCodeAt(at);
    const decimals = mark === POINT || mark === COMMA ? countDigits(text, at + 1) : 0;
    if (decimals > MOST_DECIMALS || (decimals === 0 && (mark === POINT || mark === COMMA))) return Number.NaN;
    milliseconds = second * 1000 + (decimals > 0 ? (digits(text, at + 1, decimals) * 1000) / 10 ** decimals : 0);
    if (decimals > 0) at += 1 + decimals;
  }
  return (hour * 60 + minute) * MINUTE + milliseconds - offsetOf(text, at) * MINUTE;
}

function countDigits(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at - start;
}

/** Minutes east of UTC: `Z`, `+02`, `+0200`, `+02:00`, with a blank before it as may be. */
function offsetOf(text: string, from: number): number {
  if (from === text.length) return 0;
  const at = text.charCodeAt(from) === BLANK ? from + 1 : from;
  const sign = text.charCodeAt(at);
  if (sign === UPPER_Z || sign === LOWER_Z) return at + 1 === text.length ? 0 : Number.NaN;
  if (sign !== PLUS && sign !== DASH) return Number.NaN;
  const rest = text.length - at - 1;
  const hours = digits(text, at + 1, 2);
  const hasColon = text.charCodeAt(at + 3) === COLON;
  const minutes = rest === 2 ? 0 : rest === (hasColon ? 5 : 4) ? digits(text, at + (hasColon ? 4 : 3), 2) : Number.NaN;
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes);
}
