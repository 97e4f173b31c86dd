import { expect, test } from 'vitest';
import { compile, f32, mul, trace } from '../index.ts';
import { nodeRuntime } from './node.ts';

const smallest = () => ({
  parsed: JSON.parse('5e-324') > 0,
  least: Number.MIN_VALUE > Number('0'),
  halved: Number('2.2250738585072014e-308') / Number('2') > 0,
  apart: Number('3e-308') - Number('2.9e-308') > 0,
});

test('JavaScript keeps its subnormal numbers when a graph is compiled, run and released', async () => {
  const all = { parsed: true, least: true, halved: true, apart: true };
  expect(smallest()).toEqual(all);
  const step = await compile(
    trace({ x: f32(1) }, ({ x }) => ({ y: mul(x, x) })),
    nodeRuntime({ threads: 2 }),
  );
  expect(smallest()).toEqual(all);
  step.inputs.x.float32[0] = 2 ** -70;
  await step.run();
  expect(step.outputs.y.float32[0]).toBe(2 ** -140);
  await step.release();
  expect(smallest()).toEqual(all);
});
