import { EnvError } from '../env-error.ts';
import { isNone, maskParts } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { seedParts } from './sampler.ts';
import { checkSpace, type Space, type Value } from './space.ts';
import type { SpaceOf } from './space-of.ts';

/** Elements of several spaces, in order. */
export interface Tuple<S extends readonly Space[] = readonly Space[]> extends SpaceOf<TupleValue<S>> {
  readonly type: 'Tuple';
  readonly spaces: S;
}

/** Elements of a Tuple. */
export type TupleValue<S extends readonly Space[]> = { readonly [I in keyof S]: Value<S[I]> };

/** @throws EnvError for a part that is no space */
export function tuple<const S extends readonly Space[]>(spaces: S): Tuple<S> {
  if (!Array.isArray(spaces))
    throw new EnvError('setting', `sim-env: tuple: parts are an array, got ${describeValue(spaces)}`);
  for (const [i, space] of spaces.entries()) checkSpace(`tuple: part ${i}`, space);
  function violation(value: unknown): string | undefined {
    if (!Array.isArray(value)) return `expected an array of ${spaces.length}, got ${describeValue(value)}`;
    if (value.length !== spaces.length) return `expected ${spaces.length} parts, got ${value.length}`;
    for (const [i, space] of spaces.entries()) {
      const wrong = space.violation(value[i]);
      if (wrong !== undefined) return `part ${i}: ${wrong}`;
    }
    return undefined;
  }

  return {
    type: 'Tuple',
    spaces,
    sample(mask) {
      const masks = isNone(mask) ? [] : maskParts('tuple: sample', mask, spaces.length);
      return spaces.map((space, i) => space.sample(masks[i])) as unknown as TupleValue<S>;
    },
    seed: (seed) => seedParts(spaces, seed),
    violation,
    contains: (value): value is TupleValue<S> => violation(value) === undefined,
    toJSON: () => ({ type: 'Tuple', spaces: spaces.map((space) => space.toJSON()) }),
  };
}
