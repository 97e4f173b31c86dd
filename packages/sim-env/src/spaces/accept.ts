import { EnvError } from '../env-error.ts';
import type { Box } from './box.ts';
import { copierOf } from './copy.ts';
import { isArrayOf, isFloat, rounded } from './dtype.ts';
import type { Space } from './space.ts';

/**
 * Trainers scale actions to the limits in float32: `low + (x + 1) / 2 · (high − low)` ends some units in the last place beyond a limit,
 * where that place is the one of the limit that is larger in absolute value. So many units count as the limit itself.
 */
const UNITS = 4;

/**
 * What takes elements of a space from outside: its result is a copy, in which entries of a Box that rounding has put a few units in the last
 * place of float32 beyond a limit are the limit.
 *
 * @param name begins the message of its RangeError: `walker: the action`
 */
export function acceptorOf(space: Space, name: string): (value: unknown) => unknown {
  const copy = copierOf(space);
  return (value) => {
    if (space.contains(value)) return copy === undefined ? value : copy(value);
    const near = clipped(space, value);
    if (near === undefined)
      throw new EnvError('data', `sim-env: ${name} outside ${pronoun(name)} space: ${space.violation(value)}`);
    return near;
  };
}

const pronoun = (name: string) => (name.endsWith(' are') ? 'their' : 'its');

/** The element that a value is but for rounding; undefined where it is none. */
function clipped(space: Space, value: unknown): unknown {
  if (space.type === 'Box') return clippedArray(space, value);
  if (space.type === 'Tuple') {
    if (!Array.isArray(value) || value.length !== space.spaces.length) return undefined;
    const parts = space.spaces.map((part, i) => clipped(part, value[i]));
    return parts.includes(undefined) ? undefined : parts;
  }
  if (space.type === 'Dict') {
    if (typeof value !== 'object' || value === null) return undefined;
    const keys = Object.keys(value);
    if (keys.length !== space.keys.length || keys.some((key) => !Object.hasOwn(space.spaces, key))) return undefined;
    const parts = keys.map((key) => clipped(space.spaces[key]!, (value as Record<string, unknown>)[key]));
    return parts.includes(undefined) ? undefined : Object.fromEntries(keys.map((key, i) => [key, parts[i]]));
  }
  if (space.type === 'OneOf') {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const part = space.spaces[value[0] as number];
    const near = part === undefined ? undefined : clipped(part, value[1]);
    return near === undefined ? undefined : [value[0], near];
  }
  return space.contains(value) ? (copierOf(space)?.(value) ?? value) : undefined;
}

function clippedArray(space: Box, value: unknown): unknown {
  const { dtype } = space;
  if (!isFloat(dtype) || !isArrayOf(value, dtype) || value.length !== space.low.length) return undefined;
  const [low, high, given] = [space.low, space.high, value] as Float64Array[];
  const copy = low!.slice();
  for (let i = 0; i < copy.length; i++) {
    const entry = given![i]!;
    const near = Math.min(Math.max(entry, low![i]!), high![i]!);
    // NaN is near nothing.
    if (near !== entry && !(Math.abs(entry - near) <= tolerance(low![i]!, high![i]!))) return undefined;
    copy[i] = rounded(dtype, near);
  }
  return copy;
}

function tolerance(low: number, high: number): number {
  const scale = Math.max(...[low, high].filter(Number.isFinite).map(Math.abs), 0);
  return scale === 0 ? 0 : UNITS * 2 ** (Math.floor(Math.log2(scale)) - 23);
}
