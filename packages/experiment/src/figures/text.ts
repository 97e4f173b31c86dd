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

/** A text in which names stand between backticks, where there is no other type to set them in. */
export const withoutBackticks = (text: string): string => text.replaceAll(/`([^`\n]+)`/g, '$1');
