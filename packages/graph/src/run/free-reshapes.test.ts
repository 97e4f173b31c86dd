import { expect, test } from 'vitest';
import { nodeRuntime } from '../backends/node.ts';
import { compile, f32, input, reshape, type Tensor, trace } from '../index.ts';
import { exp } from '../operators/exp.ts';
import { mul } from '../operators/mul.ts';
import { withoutOuterReshapes } from './free-reshapes.ts';

const x = input('x', [6], 'float32');
const matrix = reshape(x, [2, 3]);
const power = exp(matrix);
const flat = reshape(power, [6]);

const callOf = (order: Tensor[], ...outputs: Tensor[]) => ({
  order,
  inputs: [{ name: 'x', tensor: x }],
  outputs: outputs.map((tensor, i) => ({ name: `y${i}`, tensor })),
});

test('reshapes of an input and of an output are left to how their memory is seen', () => {
  expect(withoutOuterReshapes(callOf([matrix, power, flat], flat))).toEqual({
    order: [power],
    inputs: [{ name: 'x', tensor: matrix }],
    outputs: [{ name: 'y0', tensor: power }],
  });
});

test('a reshape stays where its input or its result is needed otherwise', () => {
  const other = exp(x);
  const both = callOf([matrix, power, flat, other], flat, other);
  expect(withoutOuterReshapes(both).order).toEqual([matrix, power, other]);
  const twice = callOf([matrix, power, flat], flat, flat);
  expect(withoutOuterReshapes(twice).order).toEqual([power, flat]);
  const seen = callOf([matrix, power, flat], power, flat);
  expect(withoutOuterReshapes(seen).order).toEqual([power, flat]);
  const read = exp(flat);
  expect(withoutOuterReshapes(callOf([matrix, power, flat, read], flat, read)).order).toEqual([power, flat, read]);
  expect(withoutOuterReshapes(callOf([matrix], matrix)).order).toEqual([matrix]);
});

test('graphs whose outputs are reshapes of each other and of inputs give them all', async () => {
  const graph = trace({ x: f32(6) }, ({ x }) => {
    const square = mul(reshape(x, [2, 3]), reshape(x, [2, 3]));
    return { x: reshape(x, [3, 2]), square, flat: reshape(square, [6]), tall: reshape(square, [6, 1]) };
  });
  const step = await compile(graph, nodeRuntime({ threads: 1 }));
  step.inputs.x.float32.set([1, 2, 3, 4, 5, 6]);
  await step.run();
  const { outputs } = step;
  expect([...outputs.x.float32]).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { float32 } of [outputs.square, outputs.flat, outputs.tall]) {
    expect([...float32]).toEqual([1, 4, 9, 16, 25, 36]);
  }
  await step.release();
});
