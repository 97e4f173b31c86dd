import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  flatten,
  flattenParts,
  flattenPartsSpace,
  flattenSpace,
  type Space,
  type SpaceDescription,
  spaceFromJson,
  text,
  unflatten,
  unflattenParts,
} from '../src/index.ts';
import { createArray, type Dtype, isWide } from '../src/spaces/dtype.ts';

interface Case {
  readonly space: SpaceDescription;
  readonly element: unknown;
  readonly flat: unknown;
  readonly low?: number[];
  readonly high?: number[];
  /** Of a space whose flat elements are no one array. */
  readonly flatSpace?: unknown;
}

const file = new URL('fixtures/gymnasium-flatten.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

type Entries = readonly unknown[] & Readonly<Record<string, unknown>>;

/** An element whose arrays are lists, as the space has it. */
function elementOf(space: Space, plain: unknown): unknown {
  const array = (dtype: Dtype) =>
    createArray(
      dtype,
      [plain].flat().map((entry) => (isWide(dtype) ? BigInt(entry as number) : Number(entry))) as number[],
    );
  const parts = plain as Entries;
  switch (space.type) {
    case 'Box':
    case 'MultiDiscrete':
      return array(space.dtype);
    case 'MultiBinary':
      return array('int8');
    case 'Tuple':
      return space.spaces.map((part, i) => elementOf(part, parts[i]));
    case 'Dict':
      return Object.fromEntries(space.keys.map((key) => [key, elementOf(space.spaces[key]!, parts[key])]));
    case 'OneOf':
      return [parts[0], elementOf(space.spaces[parts[0] as number]!, parts[1])];
    case 'Sequence':
      return space.stack ? together(space.space, plain) : parts.map((part) => elementOf(space.space, part));
    case 'Graph':
      return {
        nodes: together(space.nodeSpace, parts.nodes),
        edges: parts.edges === null ? null : together(space.edgeSpace!, parts.edges),
        edgeLinks: parts.edgeLinks === null ? null : Int32Array.from(parts.edgeLinks as number[]),
      };
    default:
      return plain;
  }
}

/** Several elements together, as the fixture has them: their batch space of one stretched over all. */
function together(space: Space, plain: unknown): unknown {
  if (space.type === 'Dict')
    return Object.fromEntries(space.keys.map((key) => [key, together(space.spaces[key]!, (plain as Entries)[key])]));
  if (space.type === 'Discrete') return Int32Array.from(plain as number[]);
  return elementOf(space, plain);
}

/** Flat elements as lists of float32. */
function listsOf(flat: unknown): unknown {
  if (typeof flat === 'number' || typeof flat === 'boolean') return Math.fround(Number(flat));
  if (ArrayBuffer.isView(flat) || Array.isArray(flat)) return Array.from(flat as number[], listsOf);
  if (flat === null || typeof flat !== 'object') return flat;
  return Object.fromEntries(Object.entries(flat).map(([key, part]) => [key, listsOf(part)]));
}

/** A flat space as the fixture describes it: by its limits. */
function describedAsFlat(space: Space): unknown {
  switch (space.type) {
    case 'Box':
      return { type: 'Box', low: Array.from(space.low as Float64Array), high: Array.from(space.high as Float64Array) };
    case 'Tuple':
      return { type: 'Tuple', spaces: space.spaces.map(describedAsFlat) };
    case 'Dict':
      return {
        type: 'Dict',
        spaces: Object.fromEntries(space.keys.map((key) => [key, describedAsFlat(space.spaces[key]!)])),
      };
    case 'Sequence':
      return { type: 'Sequence', space: describedAsFlat(space.space), stack: space.stack };
    case 'Graph':
      return {
        type: 'Graph',
        node_space: describedAsFlat(space.nodeSpace),
        edge_space: space.edgeSpace === null ? null : describedAsFlat(space.edgeSpace),
      };
    default:
      throw new Error(`${space.type} is no flat space`);
  }
}

it.each(cases.map((one) => [JSON.stringify(one.space).slice(0, 60), one] as const))(
  'flattens as Gymnasium does: %s',
  (_, one) => {
    const space = spaceFromJson(one.space);
    const element = elementOf(space, one.element);
    expect(space.violation(element)).toBeUndefined();
    const flat = flattenParts(space, element as never);
    expect(listsOf(flat)).toEqual(listsOf(one.flat));
    expect(unflattenParts(space, flat)).toEqual(element);
    const flatSpace = flattenPartsSpace(space);
    expect(flatSpace.violation(flat)).toBeUndefined();
    if (one.flatSpace !== undefined) {
      expect(describedAsFlat(flatSpace)).toEqual(one.flatSpace);
      return;
    }
    expect(flatten(space, element as never)).toEqual(flat);
    expect(unflatten(space, flat as Float64Array)).toEqual(element);
    const { low, high } = flattenSpace(space);
    expect([[...low], [...high]]).toEqual([one.low?.map(Number), one.high?.map(Number)]);
  },
);

it('has Gymnasium’s characters of a text, in its order', () => {
  expect(text(3).charset).toBe('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
});
