import { MISSING_TEXTS } from '@unbraid/data';
import { scanNumber } from './scan-number.ts';

/** Which texts stand for a missing entry. */
export interface MissingTexts {
  has(text: string): boolean;
  /** Whether numbers are among them, such as −999. */
  readonly hasNumbers: boolean;
}

/** Some texts, as they are written; or the usual ones, in any case. */
export function missingTexts(
  given: readonly string[] | undefined,
  usual: readonly string[] = MISSING_TEXTS,
): MissingTexts {
  const texts = new Set(given ?? usual);
  const longest = Math.max(0, ...[...texts].map(({ length }) => length));
  const has = given
    ? (text: string) => text.length <= longest && texts.has(text)
    : (text: string) => text.length <= longest && texts.has(text.toLowerCase());
  return { has, hasNumbers: [...texts].some((text) => !Number.isNaN(scanNumber(text.replace(',', '.'), '.', false))) };
}
