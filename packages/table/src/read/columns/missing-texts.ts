import { MISSING_TEXTS } from '@unbraid/data';
import { scanNumber } from './scan-number.ts';

/** Which texts stand for a missing entry. */
export interface MissingTexts {
  /** As they are written, or in lower case where any case is meant. */
  readonly texts: readonly string[];
  readonly anyCase: boolean;
  has(text: string): boolean;
  /** Whether numbers are among them, such as −999. */
  readonly hasNumbers: boolean;
}

/** Some texts, as they are written; or the usual ones, in any case. */
export function missingTexts(
  given: readonly string[] | undefined,
  usual: readonly string[] = MISSING_TEXTS,
): MissingTexts {
  const texts = [...new Set(given ?? usual)];
  const set = new Set(texts);
  const anyCase = given === undefined;
  const longest = Math.max(-1, ...texts.map(({ length }) => length));
  return {
    texts,
    anyCase,
    has: anyCase
      ? (text) => text.length <= longest && set.has(text.toLowerCase())
      : (text) => text.length <= longest && set.has(text),
    hasNumbers: texts.some((text) => !Number.isNaN(scanNumber(text.replace(',', '.'), '.', false))),
  };
}
