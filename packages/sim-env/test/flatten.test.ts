import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  flatten,
  flattenSpace,
  type Space,
  type SpaceDescription,
  spaceFromJson,
  text,
  unflatten,
} from '../src/index.ts';
import { createArray, type Dtype } from '../src/spaces/dtype.ts';

interface Case {
  readonly space: SpaceDescription;
  readonly element: unknown;
  readonly flat: number[];
  readonly low: number[];
  readonly high: number[];
}

const file = new URL('fixtures/gymnasium-flatten.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** An element whose arrays are lists, as the space has it. */
function elementOf(space: Space, plain: unknown): unknown {
  const array = (dtype: Dtype) => createArray(dtype, [plain].flat() as number[]);
  switch (space.type) {
    case 'Box':
      return array(space.dtype);
    case 'MultiDiscrete':
      return array('int32');
    case 'MultiBinary':
      return array('int8');
    case 'Tuple':
      return space.spaces.map((part, i) => elementOf(part, (plain as unknown[])[i]));
    case 'Dict':
      return Object.fromEntries(
        Object.entries(space.spaces).map(([key, part]) => [
          key,
          elementOf(part, (plain as Record<string, unknown>)[key]),
        ]),
      );
    default:
      return plain;
  }
}

it.each(cases.map((one) => [JSON.stringify(one.space).slice(0, 60), one] as const))(
  'flattens as Gymnasium does: %s',
  (_, one) => {
    const space = spaceFromJson(one.space);
    const element = elementOf(space, one.element);
    expect(space.violation(element)).toBeUndefined();
    const flat = flatten(space, element as never);
    expect([...flat].map(Math.fround)).toEqual(one.flat.map(Math.fround));
    expect(unflatten(space, flat)).toEqual(element);
    const { low, high } = flattenSpace(space);
    expect([[...low], [...high]]).toEqual([one.low, one.high]);
  },
);

it('has Gymnasium’s characters of a text, in its order', () => {
  expect(text(3).charset).toBe('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
});
