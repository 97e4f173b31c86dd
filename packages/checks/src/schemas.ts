import * as z from 'zod';

/** Bounds of a number; those left out don't bind. */
export interface Bounds {
  /** ≥ */
  readonly min?: number;
  /** ≤ */
  readonly max?: number;
  /** > */
  readonly above?: number;
  /** < */
  readonly below?: number;
}

/** A number that is not NaN or infinite, within bounds. */
export const finite = (bounds: Bounds = {}) => bounded('a finite number', bounds, () => true);

/** A whole number that float64 holds exactly, within bounds. */
export const integer = (bounds: Bounds = {}) => bounded('an integer', bounds, Number.isSafeInteger);

/** A whole number of at least 1. */
export const count = () => integer({ min: 1 });

/** True or false. */
export const flag = () => z.boolean({ error: 'true or false' });

/** One of some names. */
export function oneOf<const N extends readonly [string, ...string[]]>(...names: N) {
  return z.enum(names, { error: orList(names) });
}

/** A text. */
export const text = () => z.string({ error: 'a text' });

/** Anything, typed; what it holds is checked where it is used. */
export const given = <T>() => z.custom<T>((value) => value !== undefined, { error: 'it' });

/** A function, typed. */
// biome-ignore lint/suspicious/noExplicitAny: any function at all is a function here
export const callback = <F extends (...args: any[]) => unknown>() =>
  z.custom<F>((value) => typeof value === 'function', { error: 'a function' });

/** An object or a function that has the methods named, such as an AbortSignal or a runtime. */
export const having = <T>(what: string, ...methods: string[]) =>
  z.custom<T>((value) => isComposite(value) && methods.every((method) => method in value), { error: what });

const isComposite = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

function bounded(kind: string, bounds: Bounds, fits: (value: number) => boolean) {
  const error = `${kind}${showBounds(bounds)}`;
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = bounds;
  const within = (value: number) => value >= min && value <= max && value > above && value < below;
  return z.number({ error }).refine((value) => fits(value) && within(value), { error });
}

function showBounds({ min, max, above, below }: Bounds): string {
  const parts = [
    min !== undefined && `at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `at most ${max}`,
    below !== undefined && `below ${below}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : ` ${parts[0]!.startsWith('at') ? 'of ' : ''}${parts.join(' and ')}`;
}

function orList(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
