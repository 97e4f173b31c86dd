import { InputError, showValue } from '@unbraid/checks';
import { latin1 } from '#platform';

/** A place in a pickle's bytes, and what its operations take from there. */
export type PickleReader = ReturnType<typeof createPickleReader>;

/** A line of text that an operation takes (a name, a number) is no longer; those of strings may be. */
const LONGEST_LINE = 1000;

/** @param name how errors name the pickle. */
export function createPickleReader(bytes: Uint8Array, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const damaged = (what: string) =>
    new InputError('file', `data: ${name} is damaged or no pickle, at byte ${at}: ${what}`);
  const take = (count: number): Uint8Array => {
    if (count > bytes.length - at)
      throw new InputError('file', `data: ${name} is truncated: ${count} bytes are missing at byte ${at}`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  /** An unsigned little-endian integer of up to 8 bytes; those above 2^53, which only a length can be here, are rounded and then too long. */
  const uint = (count: number): number => {
    let value = 0;
    const taken = take(count);
    for (let i = count - 1; i >= 0; i--) value = value * 256 + taken[i]!;
    return value;
  };
  const rawLine = (): Uint8Array => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new InputError('file', `data: ${name} is truncated: a line has no end at byte ${at}`);
    const line = take(end - at);
    at++;
    return line;
  };
  const exact = (value: number, shown: string): number => {
    if (Number.isSafeInteger(value)) return value;
    throw damaged(`the integer ${shown}, which is beyond 2^53`);
  };
  return {
    damaged,
    take,
    uint,
    int32: (): number => uint(4) | 0,
    float: (): number => {
      take(8);
      return view.getFloat64(at - 8);
    },
    /** A little-endian integer in two's complement. */
    long: (count: number): number => {
      if (count === 0) return 0;
      if (count > 8) throw damaged(`an integer of ${count} bytes; up to 8 are read`);
      const value = take(count).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
      const signed = BigInt.asIntN(8 * count, value);
      return exact(Number(signed), String(signed));
    },
    /** The decimal integer of a line, which Python 2 ends with an L. */
    decimal: (): number => {
      const text = latin1(rawLine());
      if (!/^[+-]?\d{1,20}L?$/.test(text)) throw damaged(`${showValue(text)} is no integer that can be read`);
      return exact(Number(text.replace('L', '')), text);
    },
    decimalFloat: (): number => {
      const text = latin1(rawLine()).trim();
      const value = Number(text);
      if (text === '' || Number.isNaN(value)) throw damaged(`${showValue(text)} is no number`);
      return value;
    },
    /** Each byte as a character, as Python 2 wrote both text and bytes. */
    latin1: (count: number): string => latin1(take(count)),
    utf8: (count: number): string => {
      const taken = take(count);
      try {
        return UTF8.decode(taken);
      } catch {
        throw damaged('a text that is not UTF-8');
      }
    },
    /** A short line, such as a name. */
    line: (): string => {
      const line = rawLine();
      if (line.length > LONGEST_LINE) throw damaged(`a name of ${line.length} bytes`);
      return latin1(line);
    },
    rawLine: (): string => latin1(rawLine()),
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that Python's `repr` of a string of bytes stands for; undefined where that has no quotes. */
export function unquoted(text: string): string | undefined {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return undefined;
  return text.slice(1, -1).replace(/\\(x[\da-f]{2}|.)/gi, (whole, escaped: string) => {
    if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return ESCAPES[escaped] ?? whole;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/** The text that Python's raw-unicode-escape stands for: `\u` and four or `\U` and eight digits for a character. */
export function rawUnescaped(text: string): string {
  return text.replace(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long!, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
