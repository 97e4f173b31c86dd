/** A finite number; as strings, what JSON has no numbers for: `Infinity`, `-Infinity`, and whole numbers beyond 2⁵³ in absolute value. */
export type JsonNumber = number | 'Infinity' | '-Infinity' | `${bigint}`;

/** Whole numbers in lists of one length, as deep as an array has dimensions. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

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
      readonly nvec: NestedNumbers;
      readonly start?: NestedNumbers;
      readonly dtype: string;
    }
  | { readonly type: 'MultiBinary'; readonly n: number | readonly number[] }
  | { readonly type: 'Text'; readonly min_length: number; readonly max_length: number; readonly charset: string }
  | { readonly type: 'Tuple'; readonly spaces: readonly SpaceDescription[] }
  | { readonly type: 'Dict'; readonly spaces: Readonly<Record<string, SpaceDescription>> }
  | { readonly type: 'OneOf'; readonly spaces: readonly SpaceDescription[] }
  | { readonly type: 'Sequence'; readonly space: SpaceDescription; readonly stack: boolean }
  | { readonly type: 'Graph'; readonly node_space: SpaceDescription; readonly edge_space: SpaceDescription | null };

export function toJsonNumber(value: number | bigint): JsonNumber {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}
