import { describeValue } from './describe-value.ts';
import { seedParts } from './sampler.ts';
import type { Space, SpaceOf, Value } from './space.ts';

/** Named elements of several spaces. The keys are in alphabetical order, as Gymnasium keeps them. */
export interface Dict<S extends Readonly<Record<string, Space>> = Readonly<Record<string, Space>>>
  extends SpaceOf<DictValue<S>> {
  readonly type: 'Dict';
  readonly spaces: S;
}

export type DictValue<S extends Readonly<Record<string, Space>>> = { readonly [K in keyof S]: Value<S[K]> };

export function dict<S extends Readonly<Record<string, Space>>>(given: S): Dict<S> {
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  const spaces = Object.fromEntries(entries) as S;

  function violation(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) return `expected an object, got ${describeValue(value)}`;
    const extra = Object.keys(value).find((key) => !Object.hasOwn(spaces, key));
    if (extra !== undefined) return `the key "${extra}" is not in the space`;
    for (const [key, space] of entries) {
      if (!Object.hasOwn(value, key)) return `the key "${key}" is missing`;
      const wrong = space.violation((value as Record<string, unknown>)[key]);
      if (wrong !== undefined) return `${key}: ${wrong}`;
    }
    return undefined;
  }

  return {
    type: 'Dict',
    spaces,
    sample: () => Object.fromEntries(entries.map(([key, space]) => [key, space.sample()])) as DictValue<S>,
    seed: (seed) =>
      seedParts(
        entries.map(([, space]) => space),
        seed,
      ),
    violation,
    contains: (value): value is DictValue<S> => violation(value) === undefined,
    toJSON: () => ({ type: 'Dict', spaces: Object.fromEntries(entries.map(([key, space]) => [key, space.toJSON()])) }),
  };
}
