import { cast, evaluate, input, leavesOf, mapTree, type NdArray, type Tensor, vjp } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { type LayerCase, layerCases } from '../../test/fixtures.ts';
import {
  type ActivationName,
  type AnyModel,
  activation,
  basicBlock,
  bottleneck,
  conv1d,
  dense,
  embedding,
  groupNorm,
  gru,
  layerNorm,
  lstm,
  multiHeadAttention,
  transformerBlock,
} from '../index.ts';
import { ACTIVATIONS } from './activation.ts';

const attention = { features: 6, heads: 2 };
const block = { features: 6, heads: 2, hidden: 10 };

/** The layers that the fixture's cases are of. */
const layers: Readonly<Record<string, AnyModel>> = {
  embedding: embedding(7, 3),
  dense: dense(4, 3),
  layerNorm: layerNorm({ features: 6 }),
  groupNorm: groupNorm({ channels: 6, groups: 2 }),
  conv1d: conv1d({ channels: 4, filters: 6, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2 }),
  'lstm last': lstm({ features: 3, hidden: 4 }),
  'lstm sequence': lstm({ features: 3, hidden: 4, returns: 'sequence' }),
  'gru last': gru({ features: 3, hidden: 4 }),
  'gru sequence': gru({ features: 3, hidden: 4, returns: 'sequence' }),
  attention: multiHeadAttention(attention),
  'attention masked': multiHeadAttention(attention),
  'attention causal': multiHeadAttention({ ...attention, causal: true }),
  'attention to a context': multiHeadAttention({ ...attention, contextFeatures: 5 }),
  'transformer block, post': transformerBlock({ ...block, norm: 'post' }),
  'transformer block, post, masked': transformerBlock({ ...block, norm: 'post' }),
  'transformer block, pre': transformerBlock(block),
  'transformer block, pre, masked': transformerBlock(block),
  basicBlock: basicBlock({ channels: 2, filters: 3, stride: 2 }),
  'basicBlock, same shape': basicBlock({ channels: 2 }),
  bottleneck: bottleneck({ channels: 3, width: 2, stride: 2 }),
};

const layerOf = (name: string): AnyModel => layers[name] ?? activation(name as ActivationName);

/** Output, and gradients by the input and by all parameters, in double precision. */
function computed(layer: AnyModel, { name, x, parameters, output, cotangent, mask, context }: LayerCase) {
  const values = new Map<Tensor, NdArray>();
  const tensorOf = (what: string, shape: readonly number[], data: readonly number[]): Tensor => {
    const tensor = input(what, shape, 'float64');
    values.set(tensor, { shape, dtype: 'float64', data: Float64Array.from(data) });
    return tensor;
  };
  let at = 0;
  const params = mapTree<unknown, Tensor>(layer.params, ({ shape }, path) => {
    const size = shape.reduce((product, n) => product * n, 1);
    at += size;
    return tensorOf(path, shape, parameters.slice(at - size, at));
  });
  expect(at).toBe(parameters.length);
  const [given, beside] = [tensorOf('x', x.shape, x.data), context && tensorOf('context', context.shape, context.data)];
  const seen = mask && tensorOf('mask', mask.shape, mask.data);
  const inputsOf = (own: Tensor): unknown => {
    if (name.startsWith('attention') && (seen || beside))
      return { query: own, ...(beside && { context: beside }), ...(seen && { mask: seen }) };
    if (seen) return { x: own, mask: seen };
    return name === 'embedding' ? cast(own, 'int64') : own;
  };
  const apply = layer.apply as (params: unknown, x: unknown) => Tensor;
  const { value, cotangent: gradient } = vjp(
    (leaves: { readonly x: Tensor; readonly params: Tensor }) => apply(leaves.params, inputsOf(leaves.x)),
    { x: given, params: params as Tensor },
    tensorOf('cotangent', output.shape, cotangent),
  );
  const byParams = leavesOf<Tensor>(gradient.params).map((leaf) => leaf.value);
  const [y, gradX, ...rest] = evaluate([value, gradient.x, ...byParams], values);
  return { y: y!, gradX: gradX!.data, gradParameters: rest.flatMap(({ data }) => [...data]) };
}

test.each(layerCases.map((each) => [each.name, each] as const))(
  '%s is that of PyTorch, and its gradients',
  (name, given) => {
    const { y, gradX, gradParameters } = computed(layerOf(name), given);
    expect(y.shape).toEqual(given.output.shape);
    expectClose(y.data, given.output.data);
    if (given.gradX) expectClose(gradX, given.gradX);
    expectClose(gradParameters, given.gradParameters);
  },
);

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  const size = Math.max(1, ...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    expect(Math.abs(values[i]! - value) / size, `entry ${i}`).toBeLessThan(1e-9);
}

test('the fixture has every activation but those that are operators of graphs', () => {
  const names = layerCases.map(({ name }) => name).filter((name) => !(name in layers));
  expect([...names, 'relu', 'sigmoid', 'tanh'].sort()).toEqual([...ACTIVATIONS].sort());
});
