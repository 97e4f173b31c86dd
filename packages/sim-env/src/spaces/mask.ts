import { EnvError } from '../env-error.ts';
import { countOf, elementOf } from './batch.ts';
import { checkNoMask, choiceMask, isNone, maskEntries, maskEntriesOf, maskParts } from './choices.ts';
import { describeValue } from './describe-value.ts';
import type { Dict } from './dict.ts';
import type { MultiDiscrete } from './multi-discrete.ts';
import { nested } from './nested.ts';
import type { Sequence } from './sequence.ts';
import type { Space } from './space.ts';
import type { Tuple } from './tuple.ts';

/**
 * Which elements of a space are possible, in the form that Gymnasium's `sample(mask)` takes. Of a Discrete space, one entry for each of its n
 * choices: 1 where it is possible, 0 where it is not. Of a MultiDiscrete space, one such mask for each entry. Of a MultiBinary space, one entry for each switch: 0 and 1
 * where it can only be that, 2 where it is free. Of a Tuple, Dict or OneOf, a mask or null for each part. Of a Sequence, the lengths that it can have, or null, and a mask or null for all its
 * elements. null, and the only mask of a Box, a Text or a Graph: everything is possible.
 */
export type Mask = null | Int8Array | Int32Array | readonly Mask[] | { readonly [key: string]: Mask };

/** What is taken for a mask: lists of true and false too, and undefined for null. */
export type MaskLike =
  | null
  | undefined
  | number
  | ArrayLike<number | boolean>
  | readonly MaskLike[]
  | { readonly [key: string]: MaskLike };

/**
 * A mask as Gymnasium has it; its arrays are copies.
 *
 * @param where begins messages: `walker: the action mask`
 * @throws EnvError `data` for what is no mask of the space
 */
export function maskOf(space: Space, given: MaskLike, where: string): Mask {
  if (isNone(given)) return null;
  switch (space.type) {
    case 'Discrete':
      return choiceMask(where, given, space.n);
    case 'MultiBinary':
      return choiceMask(where, given, space.n, 2);
    case 'MultiDiscrete':
      return masksOfEntries(space, given, where);
    case 'Sequence':
      return sequenceMask(space.space, given, where);
    case 'OneOf':
    case 'Tuple':
      return maskParts(where, given, space.spaces.length).map((part, i) =>
        maskOf(space.spaces[i]!, part, `${where}: part ${i}`),
      );
    case 'Dict':
      return maskOfDict(space, given, where);
    default:
      checkNoMask(space.type, given);
      return null;
  }
}

function masksOfEntries({ nvec, shape }: MultiDiscrete, given: MaskLike, where: string): Mask {
  const masks = maskEntriesOf(where, given, shape).map((mask, i) => choiceMask(`${where}: entry ${i}`, mask, nvec[i]!));
  return nested(masks, shape) as Mask;
}

/**
 * The mask of a Sequence.
 *
 * @param space that of its elements
 * @throws EnvError `data` for what is none: a number of lengths that is 0, or a length that is no integer of 0 or more
 */
export function sequenceMask(space: Space, given: MaskLike, where: string): readonly [Int32Array | null, Mask] {
  const [lengths, mask] = maskParts(where, given, 2);
  return [isNone(lengths) ? null : lengthsOf(where, lengths), maskOf(space, mask, `${where}: elements`)];
}

function lengthsOf(where: string, given: unknown): Int32Array {
  const lengths = typeof given === 'number' ? [given] : Array.from(given as ArrayLike<unknown>);
  const fits = (length: unknown) => Number.isInteger(length) && (length as number) >= 0 && (length as number) < 2 ** 31;
  if (lengths.length > 0 && lengths.every(fits)) return Int32Array.from(lengths as number[]);
  throw new EnvError(
    'data',
    `sim-env: ${where}: lengths are an integer of 0 or more, or a list of them, got ${describeValue(given)}`,
  );
}

function maskOfDict({ keys, spaces }: Dict, given: MaskLike, where: string): Mask {
  const masks = maskEntries(where, given, keys);
  return Object.fromEntries(keys.map((key) => [key, maskOf(spaces[key]!, masks[key], `${where}: ${key}`)]));
}

/** What of an element its mask forbids, such as `3 is not possible now`; undefined where all of it is possible. */
export function forbidden(space: Space, mask: Mask, value: unknown): string | undefined {
  if (mask === null) return undefined;
  switch (space.type) {
    case 'Discrete':
      return (mask as Int8Array)[(value as number) - space.start] === 1 ? undefined : `${value} is not possible now`;
    case 'MultiBinary': {
      const i = (mask as Int8Array).findIndex((entry, k) => entry !== 2 && entry !== (value as Int8Array)[k]);
      return i < 0 ? undefined : `entry ${i} can only be ${(mask as Int8Array)[i]} now`;
    }
    case 'MultiDiscrete':
      return forbiddenChoice(space, mask, value as Int32Array);
    case 'Sequence':
      return forbiddenIn(space, mask as readonly [Int32Array | null, Mask], value);
    case 'OneOf': {
      const [index, element] = value as readonly [number, unknown];
      const wrong = forbidden(space.spaces[index]!, (mask as readonly Mask[])[index]!, element);
      return wrong === undefined ? undefined : `part ${index}: ${wrong}`;
    }
    case 'Tuple':
    case 'Dict':
      return forbiddenPart(space, mask as Masks, value as Readonly<Record<string, unknown>>);
    default:
      return undefined;
  }
}

/** By key, or by place. */
type Masks = { readonly [key: string]: Mask };

function forbiddenChoice(
  { start, shape }: MultiDiscrete,
  given: Mask,
  value: ArrayLike<number | bigint>,
): string | undefined {
  const masks = maskEntriesOf('the mask', given, shape) as readonly Int8Array[];
  const i = masks.findIndex((mask, k) => mask[Number(value[k]) - start[k]!] !== 1);
  return i < 0 ? undefined : `entry ${i} cannot be ${value[i]} now`;
}

function forbiddenIn(
  { space, stack }: Sequence,
  [lengths, mask]: readonly [Int32Array | null, Mask],
  value: unknown,
): string | undefined {
  const count = stack ? countOf(space, value)! : (value as readonly unknown[]).length;
  if (lengths?.includes(count) === false) return `a length of ${count} is not possible now`;
  for (let i = 0; i < count; i++) {
    const wrong = forbidden(space, mask, stack ? elementOf(space, value, i) : (value as readonly unknown[])[i]);
    if (wrong !== undefined) return `element ${i}: ${wrong}`;
  }
  return undefined;
}

function forbiddenPart(
  space: Tuple | Dict,
  masks: Masks,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const [key, part] of Object.entries<Space>(space.spaces)) {
    const wrong = forbidden(part, masks[key]!, values[key]);
    if (wrong !== undefined) return `${space.type === 'Tuple' ? 'part ' : ''}${key}: ${wrong}`;
  }
  return undefined;
}

/** Where a mask leaves nothing to choose, such as ` in entry 2`, or nothing, for everywhere; undefined where there is something. */
export function hopeless(space: Space, mask: Mask, where = ''): string | undefined {
  if (mask === null) return undefined;
  switch (space.type) {
    case 'Discrete':
      return (mask as Int8Array).includes(1) ? undefined : where;
    case 'MultiDiscrete': {
      const masks = maskEntriesOf('the mask', mask, space.shape) as readonly Int8Array[];
      const i = masks.findIndex((entry) => !entry.includes(1));
      return i < 0 ? undefined : `${where} in entry ${i}`;
    }
    case 'OneOf': {
      const hope = space.spaces.some((part, i) => hopeless(part, (mask as readonly Mask[])[i]!) === undefined);
      return hope ? undefined : where;
    }
    case 'Tuple':
    case 'Dict':
      return Object.entries<Space>(space.spaces)
        .map(([key, part]) => hopeless(part, (mask as Masks)[key]!, `${where} in ${key}`))
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
}
