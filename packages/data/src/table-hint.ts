/** What separates entries in files that people have, and how an error names it. */
const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
  [',', 'commas'],
  [' ', 'blanks'],
] as const;

/** Lines that are looked at, and bytes in which they are looked for. */
const SAMPLE_LINES = 10;
const SAMPLE_BYTES = 16_384;

/**
 * What a table seems to be separated by, where every one of its first lines has one of the usual separators, all as many of it, and
 * not the one that was expected; undefined where nothing else seems likelier.
 */
export function separatorHint(bytes: Uint8Array, expected: string): string | undefined {
  const lines = sampleLines(bytes);
  if (lines.length < 2) return undefined;
  for (const [separator, words] of SEPARATORS) {
    const entries = lines.map((line) => split(line, separator));
    const width = entries[0]!.length;
    if (separator === expected || width < 2 || entries.some((each) => each.length !== width)) continue;
    const hasDecimalCommas = separator !== ',' && entries.slice(1).flat().some(isDecimalComma);
    const settings = `delimiter: ${JSON.stringify(separator)}${hasDecimalCommas ? ', decimal: ","' : ''}`;
    return `it seems to be separated by ${words}: set ${settings}`;
  }
  return undefined;
}

/** Whether an entry is a number with a decimal comma. */
export function isDecimalComma(entry: string): boolean {
  return /^\s*[+-]?\d+,\d+\s*$/.test(entry);
}

function sampleLines(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes.subarray(0, SAMPLE_BYTES));
  const lines = text.split(/\r\n|\n|\r/);
  if (bytes.length > SAMPLE_BYTES) lines.pop();
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, SAMPLE_LINES);
}

function split(line: string, separator: string): string[] {
  return separator === ' ' ? line.split(/ +/) : line.split(separator);
}
