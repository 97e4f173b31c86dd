import { EnvError } from '../env-error.ts';
import { isNone, maskParts } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { hopeless, maskOf } from './mask.ts';
import { createSampler, seedParts } from './sampler.ts';
import { checkSpace, type Space, type Value } from './space.ts';
import type { SpaceOf } from './space-of.ts';

/** An element of one of several spaces, behind the number of that space. */
export interface OneOf<S extends readonly Space[] = readonly Space[]> extends SpaceOf<OneOfValue<S>> {
  readonly type: 'OneOf';
  readonly spaces: S;
}

/** Elements of a OneOf: the number of a space, counted from 0, and one of its elements. */
export type OneOfValue<S extends readonly Space[]> = readonly [
  index: number,
  value: Space extends S[number] ? unknown : Value<S[number]>,
];

/** @throws EnvError for no parts, and for one that is no space */
export function oneOf<const S extends readonly Space[]>(spaces: S): OneOf<S> {
  if (!Array.isArray(spaces) || spaces.length === 0)
    throw new EnvError('setting', `sim-env: oneOf: parts are an array that is not empty, got ${describeValue(spaces)}`);
  for (const [i, space] of spaces.entries()) checkSpace(`oneOf: part ${i}`, space);
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (!Array.isArray(value) || value.length !== 2)
      return `expected the number of a part and its element, got ${describeValue(value)}`;
    const [index, element] = value as [unknown, unknown];
    if (!(Number.isInteger(index) && (index as number) >= 0 && (index as number) < spaces.length))
      return `expected a part from 0 to ${spaces.length - 1}, got ${describeValue(index)}`;
    const wrong = spaces[index as number]!.violation(element);
    return wrong === undefined ? undefined : `part ${index}: ${wrong}`;
  }

  return {
    type: 'OneOf',
    spaces,
    sample(given) {
      const masks = isNone(given) ? [] : maskParts('oneOf: sample', given, spaces.length);
      const possible = [...spaces.keys()].filter((i) => {
        const mask = maskOf(spaces[i]!, masks[i], 'oneOf: sample');
        return hopeless(spaces[i]!, mask) === undefined;
      });
      const index = possible.length === 0 ? 0 : possible[random().int(possible.length)]!;
      return [index, spaces[index]!.sample(masks[index])] as unknown as OneOfValue<S>;
    },
    seed(own) {
      seed(own);
      seedParts(spaces, own);
    },
    violation,
    contains: (value): value is OneOfValue<S> => violation(value) === undefined,
    toJSON: () => ({ type: 'OneOf', spaces: spaces.map((space) => space.toJSON()) }),
  };
}
