import { numberIn } from '@unbraid/experiment/statistics';
import type { RunRow, Scalar } from '../../api.ts';
import { type Column, findColumn } from './columns.ts';
import { nearestName } from './nearest.ts';
import { type Word, wordsOf } from './words.ts';

/** What is wrong with a filter, and where (a letter's place, counted from 0). */
export interface FilterError {
  readonly message: string;
  readonly at: number;
}

/** What a filter lets through. A word that is wrong lets everything through. */
export interface Filter {
  readonly matches: (row: RunRow) => boolean;
  readonly errors: readonly FilterError[];
}

type Test = (row: RunRow) => boolean;

const STATUSES = ['running', 'waiting', 'interrupted', 'failed', 'done', 'killed', 'unreadable'];

/** The longest is looked for first. */
const SIGNS = ['!=', '>=', '<=', '=', '>', '<', '~', ':'];

/** Takes `name=value` and its kin apart. */
function partsOf(text: string): readonly [name: string, sign: string, value: string] | undefined {
  const at = text.search(/[=<>!~:]/);
  const sign = SIGNS.find((each) => text.startsWith(each, at));
  return at < 1 || sign === undefined ? undefined : [text.slice(0, at), sign, text.slice(at + sign.length)];
}

/**
 * Reads a filter. Words are joined by and:
 *
 * | word                     | lets through                                              |
 * | ------------------------ | --------------------------------------------------------- |
 * | `galu/`, `"two words"`   | name, experiment, title, notes or tags contain the text   |
 * | `#tag`                   | has the tag                                               |
 * | `status:done,failed`     | is in one of these states                                 |
 * | `width=50`, `width=20,50`| a setting, result or column is this, or one of these      |
 * | `width!=50`              | is something else, or nothing                             |
 * | `seed>3`, `error<=0.1`   | is a number above, below …                                |
 * | `title~net`              | contains the text                                         |
 * | `-word`                  | not what the word lets through                            |
 */
export function parseFilter(text: string, columns: readonly Column[]): Filter {
  const { words, open } = wordsOf(text);
  const errors: FilterError[] = open === undefined ? [] : [{ message: 'The quote isn’t closed', at: open }];
  const tests: Test[] = [];
  for (const word of words) {
    const test = testOf(word, columns);
    if (typeof test === 'string') errors.push({ message: test, at: word.at });
    else tests.push(test);
  }
  return { matches: (row) => tests.every((test) => test(row)), errors };
}

/** The test that a word means, or what is wrong with it. */
function testOf(word: Word, columns: readonly Column[]): Test | string {
  const { text } = word;
  if (text.startsWith('-') && text.length > 1 && !/^-[\d.]/.test(text)) {
    const inner = testOf({ ...word, text: text.slice(1) }, columns);
    return typeof inner === 'string' ? inner : (row) => !inner(row);
  }
  if (text.startsWith('#')) {
    const tag = text.slice(1).toLowerCase();
    return tag === '' ? '# wants a tag behind it' : (row) => row.notes.tags.some((each) => each.toLowerCase() === tag);
  }
  const parts = partsOf(text);
  if (!parts) return containing(text);
  const [name, sign, value] = parts;
  const column = findColumn(columns, name);
  if (!column) {
    const near = nearestName(
      name,
      columns.flatMap(({ key, label, of }) => (of === 'run' ? [key] : [label])),
    );
    return `No run has “${name}”${near ? `; the nearest is “${near}”` : ''}`;
  }
  if (value === '' && !word.quoted) return `${name}${sign} wants a value behind it`;
  return comparing(column, sign, value);
}

function containing(text: string): Test {
  const wanted = text.toLowerCase();
  return ({ name, experiment, title, notes }) =>
    [name, experiment, title, notes.text, ...notes.tags].some((each) => each.toLowerCase().includes(wanted));
}

function comparing(column: Column, sign: string, value: string): Test | string {
  if (sign === '~') return (row) => asText(column.value(row)).includes(value.toLowerCase());
  if (sign === '=' || sign === ':' || sign === '!=') {
    const wanted = value.split(',');
    const strange = column.key === 'status' && wanted.find((each) => !STATUSES.includes(each));
    if (strange) {
      const near = nearestName(strange, STATUSES);
      return `No run’s state is “${strange}”${near ? `; the nearest is “${near}”` : ` (${STATUSES.join(', ')})`}`;
    }
    const equal: Test = (row) => wanted.some((each) => isSame(column.value(row), each));
    return sign === '!=' ? (row) => !equal(row) : equal;
  }
  const limit = Number(value);
  if (value.trim() === '' || Number.isNaN(limit)) return `${column.label}${sign} wants a number, not “${value}”`;
  const holds = { '>': (x: number) => x > limit, '>=': (x: number) => x >= limit, '<': (x: number) => x < limit }[sign];
  const test = holds ?? ((x: number) => x <= limit);
  return (row) => {
    const number = numberIn(column.value(row));
    return number !== undefined && test(number);
  };
}

const asText = (value: Scalar | undefined): string => (value === undefined ? '' : String(value).toLowerCase());

function isSame(value: Scalar | undefined, wanted: string): boolean {
  if (value === undefined) return wanted === '';
  if (typeof value === 'number') return wanted.trim() !== '' && value === Number(wanted);
  return String(value).toLowerCase() === wanted.toLowerCase();
}
