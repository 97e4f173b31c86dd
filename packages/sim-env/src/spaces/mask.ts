import { checkNoMask, choiceMask, isNone, maskEntries, maskParts } from './choices.ts';
import type { Dict } from './dict.ts';
import type { MultiDiscrete } from './multi-discrete.ts';
import type { Space } from './space.ts';
import type { Tuple } from './tuple.ts';

/**
 * Which elements of a space are possible, in the form that Gymnasium's `sample(mask)` takes. Of a Discrete space, one entry for each of its n
 * choices: 1 where it is possible, 0 where it is not. Of a MultiDiscrete space, one such mask for each entry. Of a MultiBinary space, one entry for each switch: 0 and 1
 * where it can only be that, 2 where it is free. Of a Tuple or Dict, a mask or null for each part. null, and the only mask of a Box or a Text: everything is possible.
 */
export type Mask = null | Int8Array | readonly Mask[] | { readonly [key: string]: Mask };

/** What is taken for a mask: lists of true and false too, and undefined for null. */
export type MaskLike =
  | null
  | undefined
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
      return maskParts(where, given, space.nvec.length).map((part, i) =>
        choiceMask(`${where}: entry ${i}`, part, space.nvec[i]!),
      );
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
      return forbiddenChoice(space, mask as readonly Int8Array[], value as Int32Array);
    case 'Tuple':
      return forbiddenPart(entriesOf(space), mask as readonly Mask[], value as readonly unknown[], 'part ');
    case 'Dict':
      return forbiddenPart(entriesOf(space), mask as Masks, value as Readonly<Record<string, unknown>>, '');
    default:
      return undefined;
  }
}

type Masks = { readonly [key: string]: Mask };

function forbiddenChoice({ start }: MultiDiscrete, masks: readonly Int8Array[], value: Int32Array): string | undefined {
  const i = masks.findIndex((mask, k) => mask[value[k]! - start[k]!] !== 1);
  return i < 0 ? undefined : `entry ${i} cannot be ${value[i]} now`;
}

const entriesOf = ({ spaces }: Tuple | Dict): [string, Space][] => Object.entries(spaces);

function forbiddenPart(
  parts: readonly [string, Space][],
  masks: Masks | readonly Mask[],
  values: unknown,
  named: string,
): string | undefined {
  for (const [key, part] of parts) {
    const wrong = forbidden(part, (masks as Masks)[key]!, (values as Readonly<Record<string, unknown>>)[key]);
    if (wrong !== undefined) return `${named}${key}: ${wrong}`;
  }
  return undefined;
}

/** Where a mask leaves nothing to choose, such as `entry 2`; undefined where there is something. */
export function hopeless(space: Space, mask: Mask, where = ''): string | undefined {
  if (mask === null) return undefined;
  switch (space.type) {
    case 'Discrete':
      return (mask as Int8Array).includes(1) ? undefined : where;
    case 'MultiDiscrete': {
      const i = (mask as readonly Int8Array[]).findIndex((entry) => !entry.includes(1));
      return i < 0 ? undefined : `${where} in entry ${i}`;
    }
    case 'Tuple':
    case 'Dict':
      return entriesOf(space)
        .map(([key, part]) => hopeless(part, (mask as Masks)[key]!, `${where} in ${key}`))
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
}
