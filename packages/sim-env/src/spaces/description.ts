/** A finite number, or `Infinity` and `-Infinity` as strings, which JSON has no numbers for. */
export type JsonNumber = number | 'Infinity' | '-Infinity';

/**
 * A space as JSON: `type` is the name of the class in `gymnasium.spaces`, everything else an argument of its constructor.
 * Limits of a Box are one number, or one for each entry in row-major order, to be reshaped to `shape`.
 */
export type SpaceDescription =
  | {
      readonly type: 'Box';
      readonly low: JsonNumber | readonly JsonNumber[];
      readonly high: JsonNumber | readonly JsonNumber[];
      readonly shape: readonly number[];
      readonly dtype: string;
    }
  | { readonly type: 'Discrete'; readonly n: number; readonly start: number }
  | {
      readonly type: 'MultiDiscrete';
      readonly nvec: readonly number[];
      readonly start?: readonly number[];
      readonly dtype: string;
    }
  | { readonly type: 'MultiBinary'; readonly n: number }
  | { readonly type: 'Text'; readonly min_length: number; readonly max_length: number; readonly charset: string }
  | { readonly type: 'Tuple'; readonly spaces: readonly SpaceDescription[] }
  | { readonly type: 'Dict'; readonly spaces: Readonly<Record<string, SpaceDescription>> };

export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}
