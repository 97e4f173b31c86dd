import { InputError, showValue } from '@unbraid/checks';
import { createGrowing } from './growing.ts';

/** More texts than a column of categories has; a Map holds 2²⁴ keys at most. */
const MOST_LEVELS = 2 ** 23;

/** Shorter ones are copied by the engine; a longer one would keep all of the piece of file alive that it was cut from. */
const SHORTEST_CUT = 13;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const copied = (text: string): string => (text.length < SHORTEST_CUT ? text : decoder.decode(encoder.encode(text)));

/** The texts of a column, each kept once. */
export interface Levels {
  add(raw: string): void;
  addMissing(): void;
  /** All of them; none are left. */
  take(): { codes: Int32Array; levels: string[] };
}

/**
 * @param clean gives what is kept of a text, or undefined where it stands for a missing entry; it is asked once for each text
 * @param column how errors name it
 */
export function createLevels(clean: (raw: string) => string | undefined, column: string): Levels {
  const codes = createGrowing((length) => new Int32Array(length));
  let levels: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (raw: string): number => {
    const text = clean(raw);
    if (numbers.size >= MOST_LEVELS) {
      throw new InputError(
        'limit',
        `table: ${column} has more than ${MOST_LEVELS} different texts, the last ${showValue(text)}; leave it out by naming the columns to read`,
      );
    }
    if (text === undefined) {
      numbers.set(copied(raw), -1);
      return -1;
    }
    const known = numbers.get(text);
    const number = known ?? levels.length;
    if (known === undefined) {
      const kept = copied(text);
      levels.push(kept);
      numbers.set(kept, number);
    }
    if (raw !== text) numbers.set(copied(raw), number);
    return number;
  };
  return {
    add(raw) {
      codes.push(numbers.get(raw) ?? numberOf(raw));
    },
    addMissing: () => codes.push(-1),
    take() {
      const taken = { codes: codes.take(), levels };
      levels = [];
      numbers.clear();
      return taken;
    },
  };
}
