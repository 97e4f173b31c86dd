import { constants } from 'node:buffer';
import { InputError } from '@unbraid/checks';

export interface TextLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** The lines of UTF-8 text that are not blank, one after another. @throws InputError for other bytes. */
export function* textLines(bytes: Uint8Array, path: string): Generator<TextLine> {
  const text = decoded(bytes, path);
  for (let from = 0, number = 1; from <= text.length; number++) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, text[to - 1] === '\r' && to > from ? to - 1 : to);
    from = to + 1;
    if (line.trim() !== '') yield { text: line, number };
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw new InputError(
      'limit',
      `data: ${path} has ${bytes.length} bytes; up to ${constants.MAX_STRING_LENGTH} are read`,
    );
  const wrong = (cause?: unknown) =>
    new InputError('file', `data: ${path} is not UTF-8 text; save it as such`, { cause });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw wrong(cause);
  }
  // As UTF-16 has it for every letter of English.
  if (text.includes('\0')) throw wrong();
  return text;
}
