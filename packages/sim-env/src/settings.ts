import { EnvError } from './env-error.ts';
import { describeValue } from './spaces/describe-value.ts';

/** What a setting has to be. */
export interface Rule {
  /** Completes “timeout is …”. */
  readonly expected: string;
  holds(value: unknown): boolean;
  readonly required?: boolean;
}

export type Rules = Readonly<Record<string, Rule>>;

/** The longest time that timers know, in milliseconds; a longer one would be over at once. */
const LONGEST = 2 ** 31 - 1;

const isNumber = (value: unknown): value is number => typeof value === 'number';

export const milliseconds: Rule = {
  expected: `a positive number of milliseconds, at most ${LONGEST}`,
  holds: (value) => isNumber(value) && value > 0 && value <= LONGEST,
};

export const seconds: Rule = {
  expected: `a positive number of seconds, at most ${Math.floor(LONGEST / 1000)}`,
  holds: (value) => isNumber(value) && value > 0 && 1000 * value <= LONGEST,
};

export const positive: Rule = {
  expected: 'a positive number',
  holds: (value) => isNumber(value) && value > 0 && Number.isFinite(value),
};

export const positiveInteger: Rule = {
  expected: 'a positive integer',
  holds: (value) => Number.isSafeInteger(value) && (value as number) > 0,
};

/** Steps after which an episode is truncated; Infinity for none. */
export const stepLimit: Rule = {
  expected: 'a positive integer',
  holds: (value) => value === Number.POSITIVE_INFINITY || positiveInteger.holds(value),
};

export const naturalNumber: Rule = {
  expected: 'an integer, 0 or more',
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

/** A probability, or a discount. */
export const share: Rule = {
  expected: 'between 0 and 1',
  holds: (value) => isNumber(value) && value >= 0 && value <= 1,
};

export const words: Rule = { expected: 'a text', holds: (value) => typeof value === 'string' };
export const flag: Rule = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
export const callback: Rule = { expected: 'a function', holds: (value) => typeof value === 'function' };
export const list: Rule = { expected: 'an array', holds: (value) => Array.isArray(value) };
export const object: Rule = {
  expected: 'an object',
  holds: (value) => typeof value === 'object' && value !== null,
};
export const anything: Rule = { expected: 'anything', holds: () => true };

export const oneOf = (...names: readonly string[]): Rule => ({
  expected: names.join(' or '),
  holds: (value) => names.includes(value as string),
});

export const required = (rule: Rule): Rule => ({ ...rule, required: true });

/**
 * Checks settings that somebody gave: no unknown names, no value that makes no sense.
 *
 * @param where begins the message, after the package's name
 * @param noun what the message calls one of them, before its name; default nothing
 * @throws EnvError in one line that says which setting is wrong and what it has to be
 */
export function checkSettings(where: string, given: unknown, rules: Rules, noun = ''): void {
  if (!object.holds(given))
    throw new EnvError('setting', `sim-env: ${where}: settings are an object, got ${describeValue(given)}`);
  const settings = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(rules, name))
      throw new EnvError('setting', `sim-env: ${where}: ${unknown(noun, name, Object.keys(rules))}`);
  }
  for (const [name, { expected, holds, required }] of Object.entries(rules)) {
    const value = settings[name];
    if (value === undefined ? required !== true : holds(value)) continue;
    const what = `${noun && `the ${noun} `}${name}`;
    const problem =
      value === undefined
        ? `${what} is missing; it is ${expected}`
        : `${what} is ${expected}, got ${describeValue(value)}`;
    throw new EnvError('setting', `sim-env: ${where}: ${problem}`);
  }
}

/** What a message shows of a name. */
const LONGEST_NAME = 40;

function unknown(noun: string, given: string, names: readonly string[]): string {
  const name = given.length > LONGEST_NAME ? `${given.slice(0, LONGEST_NAME)}…` : given;
  const nearest = names.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
  const there = names.join(', ');
  return `there is no ${noun || 'setting'} "${name}"; did you mean ${nearest}? There are: ${there}`;
}

/** Levenshtein's: how many letters to insert, delete or replace, whatever their case. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next.push(Math.min(row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1), row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
