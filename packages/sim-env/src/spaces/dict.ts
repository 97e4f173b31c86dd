import { isNone, maskEntries } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { seedParts } from './sampler.ts';
import { checkSpace, type Space, type Value } from './space.ts';
import type { SpaceOf } from './space-of.ts';

/** Named elements of several spaces. */
export interface Dict<S extends Readonly<Record<string, Space>> = Readonly<Record<string, Space>>>
  extends SpaceOf<DictValue<S>> {
  readonly type: 'Dict';
  readonly spaces: S;
  /** In Gymnasium's order: as Python sorts them, by code points. An object would put keys like "10" before others, as numbers. */
  readonly keys: readonly string[];
}

/** Elements of a Dict. */
export type DictValue<S extends Readonly<Record<string, Space>>> = { readonly [K in keyof S]: Value<S[K]> };

/** @throws EnvError for a part that is no space */
export function dict<S extends Readonly<Record<string, Space>>>(given: S): Dict<S> {
  const entries = Object.entries(given).sort(([a], [b]) => byCodePoints(a, b));
  for (const [key, space] of entries) checkSpace(`dict: ${key.slice(0, 40)}`, space);
  const spaces = Object.fromEntries(entries) as S;
  const keys = entries.map(([key]) => key);

  function violation(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) return `expected an object, got ${describeValue(value)}`;
    const extra = Object.keys(value).find((key) => !Object.hasOwn(spaces, key));
    if (extra !== undefined) return `the key ${describeValue(extra)} is not in the space`;
    for (const [key, space] of entries) {
      if (!Object.hasOwn(value, key)) return `the key ${describeValue(key)} is missing`;
      const wrong = space.violation((value as Record<string, unknown>)[key]);
      if (wrong !== undefined) return `${key}: ${wrong}`;
    }
    return undefined;
  }

  return {
    type: 'Dict',
    spaces,
    keys,
    sample(mask) {
      const masks = isNone(mask) ? {} : maskEntries('dict: sample', mask, keys);
      return Object.fromEntries(entries.map(([key, space]) => [key, space.sample(masks[key])])) as DictValue<S>;
    },
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

/** JavaScript compares texts by halves of code points, which puts 😀 before \uffff. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((point, i) => point !== right[i]);
  if (at < 0) return left.length - right.length;
  return right[at] === undefined ? 1 : left[at]!.codePointAt(0)! - right[at].codePointAt(0)!;
}
