import assert from 'node:assert/strict';
import {
  batch,
  batchSpace,
  box,
  dict,
  discrete,
  elementOf,
  flattenParts,
  flattenPartsSpace,
  graph,
  multiBinary,
  multiDiscrete,
  type NestedNumbers,
  oneOf,
  type Space,
  type SpaceDescription,
  sequence,
  spaceFromJson,
  text,
  tuple,
  unflattenParts,
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
  box({ low: -(2n ** 63n), high: [5n, 2n ** 63n - 1n], dtype: 'int64' }),
  box({ low: 0, high: 1, shape: [2], dtype: 'bool' }),
  box({ low: -2, high: 2, shape: [3], dtype: 'float16' }),
  multiDiscrete(
    [
      [2, 3],
      [4, 5],
    ],
    {
      start: [
        [0, 1],
        [-2, 0],
      ],
      dtype: 'int64',
    },
  ),
  multiBinary([2, 3]),
  oneOf([discrete(2), box({ low: 0, high: 9, shape: [2] })]),
  sequence(discrete(3)),
  sequence(tuple([discrete(3), box({ low: 0, high: 1 })]), { stack: true }),
  graph(box({ low: 0, high: 1, shape: [2] }), discrete(3)),
  dict({ many: sequence(text(3)), one: graph(multiBinary(2)) }),
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
    if (entriesOf(space.toJSON()) > MOST) return;
    space.seed(1);
    const element = space.sample() as never;
    assert.equal(space.violation(element), undefined);
    assert.deepEqual(elementOf(space, batch(space, [element, element]), 1), element);
    assert.equal(batchSpace(space, 1).violation(batch(space, [element])), undefined);
    // Integers of 64 bits may be beyond 2^53, which have no flat form.
    if (JSON.stringify(space).includes('int64')) return;
    const flat = flattenParts(space, element);
    assert.equal(flattenPartsSpace(space).violation(flat), undefined);
    assert.deepEqual(unflattenParts(space, flat), element);
  },
};

/** Numbers in a flat element, of one in a sequence, and of all ten nodes and ninety edges of a graph. */
function entriesOf(description: SpaceDescription): number {
  switch (description.type) {
    case 'Box':
      return description.shape.reduce((product, length) => product * length, 1);
    case 'Discrete':
      return description.n;
    case 'MultiDiscrete':
      return sumOf(description.nvec);
    case 'MultiBinary':
      return [description.n].flat().reduce((product, length) => product * length, 1);
    case 'Text':
      return description.max_length;
    case 'Sequence':
      return 10 * entriesOf(description.space);
    case 'Graph':
      return (
        10 * entriesOf(description.node_space) + 90 * (description.edge_space ? entriesOf(description.edge_space) : 0)
      );
    default:
      return Object.values(description.spaces).reduce((sum, part) => sum + entriesOf(part), 0);
  }
}

const sumOf = (nested: number | NestedNumbers): number =>
  typeof nested === 'number' ? nested : nested.reduce((sum: number, part) => sum + sumOf(part), 0);

/** What is no JSON never gets to the space. */
function parsed(bytes: Uint8Array): never {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as never;
  } catch {
    throw new SyntaxError('fuzz: the case is no JSON');
  }
}
