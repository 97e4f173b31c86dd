/** Typed arrays that a checkpoint keeps, each with its own element type. */
export type StoredArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * `T` where a unit may return it: JSON, undefined and typed arrays, nested at will, every number included (NaN and
 * the infinities too). A type with anything else in it (a Date, a Map, a function) does not match itself.
 */
export type Storable<T> = T extends string | number | boolean | null | undefined | StoredArray
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { [K in keyof T]: Storable<T[K]> }
      : never;

/** A resumable state: `meta` for the small facts, `arrays` for the large ones. One safetensors file. */
export interface State {
  readonly meta: JsonValue;
  readonly arrays: Readonly<Record<string, StoredArray>>;
}

/** One line of metrics, or a run's summary: flat, so that it tabulates and plots as it is. */
export type Scalars = Record<string, number | string | boolean>;

/** The numbers that a run comes to, by name. */
export type Summary = Scalars;
