import { expect, expectTypeOf, test } from 'vitest';
import { f32, i32, type Tensor, type TensorSpec } from './tensor.ts';
import { trace } from './trace.ts';
import { leavesOf, mapTree, refill } from './tree.ts';

const tree = {
  dense: [
    { w: f32(2, 3), b: f32(3) },
    { w: f32(3, 1), b: f32(1) },
  ],
  scale: f32(),
};

test('leaves come in the order of their keys, with their path', () => {
  expect(leavesOf<TensorSpec>(tree).map(({ path }) => path)).toEqual([
    'dense.0.w',
    'dense.0.b',
    'dense.1.w',
    'dense.1.b',
    'scale',
  ]);
  expect(leavesOf(f32(2))).toEqual([{ path: '', value: f32(2) }]);
});

test('mapTree and refill keep lists and records', () => {
  const sizes = mapTree<typeof tree, number>(tree, ({ shape }) => shape.length);
  expect(sizes).toEqual({
    dense: [
      { w: 2, b: 1 },
      { w: 2, b: 1 },
    ],
    scale: 0,
  });
  expect(refill(tree, [1, 2, 3, 4, 5])).toEqual({
    dense: [
      { w: 1, b: 2 },
      { w: 3, b: 4 },
    ],
    scale: 5,
  });
});

test('the inputs of a traced function have the type of their specifications', () => {
  trace({ params: tree, y: i32(4) }, ({ params, y }) => {
    expectTypeOf(params.scale).toEqualTypeOf<Tensor>();
    expectTypeOf(y).toEqualTypeOf<Tensor>();
    expect(params.dense[1]!.w.shape).toEqual([3, 1]);
    // @ts-expect-error There is no such parameter.
    expect(params.bias).toBeUndefined();
    return { y };
  });
});

test('an entry that is neither tree nor tensor is named', () => {
  const wrong = (entry: unknown) => () => leavesOf({ a: { b: entry } } as unknown as TensorSpec);
  expect(wrong(3)).toThrow('graph: a.b is a number; a tensor or a record of tensors is needed');
  expect(wrong(null)).toThrow('graph: a.b is null');
  expect(wrong(new Float32Array(2))).toThrow('graph: a.b is Float32Array');
});
