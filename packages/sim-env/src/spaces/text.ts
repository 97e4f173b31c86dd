import { EnvError } from '../env-error.ts';
import { anything, checkSettings, words } from '../settings.ts';
import { checkNoMask } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** Strings of characters from `charset`; length is counted in code points, as Python does. */
export interface Text extends SpaceOf<string> {
  readonly type: 'Text';
  readonly minLength: number;
  readonly maxLength: number;
  /** Each character once. */
  readonly charset: string;
}

/** What `text` takes. */
export interface TextOptions {
  /** Default 1. */
  readonly minLength?: number;
  /** Default: the digits and the letters of English in both cases. Its order is that of flat elements. */
  readonly charset?: string;
}

// In the order in which Gymnasium keeps its default, on which flat elements depend.
const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Characters of a text. */
const LONGEST = 2 ** 24;

/** @throws EnvError unless 0 ≤ minLength ≤ maxLength, maxLength > 0, and the characters are there and differ */
export function text(maxLength: number, options: TextOptions = {}): Text {
  checkSettings('text', options, { minLength: anything, charset: words });
  const { minLength = 1, charset = ALPHANUMERIC } = options;
  const characters = [...charset];
  const set = new Set(characters);
  if (!(Number.isSafeInteger(maxLength) && maxLength > 0 && Number.isSafeInteger(minLength) && minLength >= 0)) {
    throw new EnvError(
      'setting',
      `sim-env: text: lengths are integers and the largest positive, got ${describeValue(minLength)} to ${describeValue(maxLength)}`,
    );
  }
  if (maxLength > LONGEST)
    throw new EnvError('setting', `sim-env: text: maxLength is at most ${LONGEST}, got ${maxLength}`);
  if (minLength > maxLength)
    throw new EnvError('setting', `sim-env: text: minLength ${minLength} is above maxLength ${maxLength}`);
  if (set.size === 0 || set.size < characters.length) {
    throw new EnvError('setting', 'sim-env: text: charset holds each of its characters once, and at least one');
  }
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (typeof value !== 'string') return `expected a string, got ${describeValue(value)}`;
    const points = [...value];
    if (points.length < minLength || points.length > maxLength) {
      return `expected ${minLength} to ${maxLength} characters, got ${points.length}`;
    }
    const stranger = points.find((point) => !set.has(point));
    return stranger === undefined ? undefined : `the character "${stranger}" is not in the charset`;
  }

  return {
    type: 'Text',
    minLength,
    maxLength,
    charset,
    sample(mask) {
      checkNoMask('Text', mask);
      const length = minLength + random().int(maxLength - minLength + 1);
      return Array.from({ length }, () => characters[random().int(characters.length)]!).join('');
    },
    seed,
    violation,
    contains: (value): value is string => violation(value) === undefined,
    toJSON: () => ({ type: 'Text', min_length: minLength, max_length: maxLength, charset }),
  };
}
