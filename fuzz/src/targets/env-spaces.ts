import assert from 'node:assert/strict';
import {
  box,
  dict,
  discrete,
  flatSize,
  flatten,
  flattenSpace,
  multiBinary,
  multiDiscrete,
  type Space,
  spaceFromJson,
  text,
  tuple,
  unflatten,
} from '@unbraid/sim-env';
import type { ByteTarget } from '../target.ts';

const EXAMPLES: readonly Space[] = [
  box({ low: [0, Number.NEGATIVE_INFINITY], high: [1, 1e300], dtype: 'float64' }),
  box({ low: 0, high: 255, shape: [2, 3], dtype: 'uint8' }),
  box({ low: -1, high: 1, shape: [] }),
  discrete(5, { start: -2 }),
  multiDiscrete([2, 3], { start: [-1, 5] }),
  multiBinary(3),
  text(4, { minLength: 0, charset: 'aé😀' }),
  dict({ 10: discrete(2), b: tuple([multiBinary(2), box({ low: 0, high: 1 })]) }),
];

/** Flat elements of more numbers would take longer than a case may. */
const MOST = 10_000;

/** A space from text, as a client may get it. */
export const envSpaces: ByteTarget = {
  name: 'env-spaces',
  errors: [RangeError, SyntaxError],
  seeds: () => EXAMPLES.map((space) => new TextEncoder().encode(JSON.stringify(space))),
  run(bytes) {
    const space = spaceFromJson(parsed(bytes));
    assert.equal(JSON.stringify(spaceFromJson(space.toJSON())), JSON.stringify(space));
    if (flatSize(space) > MOST) return;
    space.seed(1);
    const element = space.sample() as never;
    assert.equal(space.violation(element), undefined);
    const flat = flatten(space, element);
    assert.equal(flattenSpace(space).violation(flat), undefined);
    assert.deepEqual(unflatten(space, flat), element);
  },
};

/** What is no JSON never gets to the space. */
function parsed(bytes: Uint8Array): never {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as never;
  } catch {
    throw new SyntaxError('fuzz: the case is no JSON');
  }
}
