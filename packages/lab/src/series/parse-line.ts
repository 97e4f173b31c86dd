const decoder = new TextDecoder();
const [BRACE, SPACE] = [0x7b, 0x20];

/** The JSON object of a line; undefined where it is none. */
export function parseLine(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  // An error takes many times as long as a line: what can be no object is not tried.
  if (!beginsWithBrace(bytes)) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function beginsWithBrace(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && bytes[at]! <= SPACE) at++;
  return bytes[at] === BRACE;
}
