/** A word of a filter, and where it begins. */
export interface Word {
  readonly text: string;
  readonly at: number;
  /** It was written in quotes, wholly or in part. */
  readonly quoted: boolean;
}

/** Words apart by spaces; what stands in double quotes is one, its quotes left out. `open` is where a quote begins that doesn't end. */
export function wordsOf(text: string): { readonly words: readonly Word[]; readonly open: number | undefined } {
  const words: Word[] = [];
  let word = '';
  let at = -1;
  let quote = -1;
  let quoted = false;
  const end = () => {
    if (at >= 0) words.push({ text: word, at, quoted });
    [word, at, quoted] = ['', -1, false];
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === '"') {
      if (at < 0) at = i;
      quote = quote < 0 ? i : -1;
      quoted = true;
    } else if (/\s/.test(letter) && quote < 0) {
      end();
    } else {
      if (at < 0) at = i;
      word += letter;
    }
  }
  end();
  return { words, open: quote < 0 ? undefined : quote };
}
