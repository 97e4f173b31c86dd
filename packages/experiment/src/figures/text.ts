/**
 * Width of a text in px, near enough to place what stands beside it: there is no browser here to measure it. Errs on
 * the wide side for system fonts.
 */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text)
    ems += /[ilj.,:;'|!()[\]]/.test(character) ? 0.33 : /[mwMW@%]|[^\0-ɏ]/.test(character) ? 0.9 : 0.6;
  return ems * fontSize;
}

/** Breaks a text between words into lines no wider than `width` px; a longer word stands alone. */
export function wrapText(text: string, fontSize: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A text in pieces: those that stand between backticks in one line are code. */
export function codeIn(text: string): { readonly text: string; readonly code: boolean }[] {
  const pieces: { text: string; code: boolean }[] = [];
  let done = 0;
  for (let open = text.indexOf('`'); open >= 0; ) {
    const close = text.indexOf('`', open + 1);
    if (close < 0) break;
    const inner = text.slice(open + 1, close);
    if (inner === '' || inner.includes('\n')) {
      open = close;
      continue;
    }
    pieces.push({ text: text.slice(done, open), code: false }, { text: inner, code: true });
    done = close + 1;
    open = text.indexOf('`', done);
  }
  return [...pieces, { text: text.slice(done), code: false }];
}

/** A text in which names stand between backticks, where there is no other type to set them in. */
export const withoutBackticks = (text: string): string =>
  codeIn(text)
    .map((piece) => piece.text)
    .join('');
