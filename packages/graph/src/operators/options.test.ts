import { InputError } from '@unbraid/checks';
import { expect, test } from 'vitest';
import { nodeBackend, nodeRuntime } from '../backends/node.ts';
import {
  averagePool2d,
  compile,
  conv2d,
  convTranspose2d,
  cumSum,
  f32,
  input,
  matmul,
  maxPool2d,
  norm,
  reduceMean,
  trace,
} from '../index.ts';

const x = input('x', [1, 1, 8, 8], 'float32');

test.each<[string, () => unknown, string]>([
  ['conv2d', () => conv2d(x, x, { padding: 1 } as never), 'there is no option "padding"; choose pads, '],
  [
    'convTranspose2d',
    () => convTranspose2d(x, x, { outputPad: 1 } as never),
    'there is no option "outputPad"; choose outputPads, ',
  ],
  ['maxPool2d', () => maxPool2d(x, { kernel: 2, stride: 1 } as never), 'there is no option "stride"; choose strides, '],
  ['averagePool2d', () => averagePool2d(x, { kernel: 2, dilations: 2 } as never), 'there is no option "dilations"'],
  ['reduceMean', () => reduceMean(x, { axis: [1] } as never), 'there is no option "axis"; choose axes or keepDims'],
  ['norm', () => norm(x, { keepdims: true } as never), 'there is no option "keepdims"; choose keepDims or axes'],
  ['cumSum', () => cumSum(x, { exclusive: true } as never), 'there is no option "exclusive"'],
  [
    'matmul',
    () => matmul(x, x, { transA: true } as never),
    'there is no option "transA"; choose transposeA or transposeB',
  ],
])('%s refuses options that it does not know', (name, call, message) => {
  expect(call).toThrow(InputError);
  expect(call).toThrow(`graph: ${name}: ${message}`);
});

test('runtimes and compile refuse options that are unknown or out of range', async () => {
  expect(() => nodeRuntime({ thread: 2 } as never)).toThrow(
    'graph: nodeRuntime has no setting "thread"; the nearest are threads',
  );
  expect(() => nodeRuntime({ threads: Number.NaN })).toThrow(
    "graph: nodeRuntime's threads is NaN; an integer of at least 1",
  );
  expect(() => nodeRuntime({ kernelThreads: 1e9 })).toThrow("graph: nodeRuntime's kernelThreads is 1000000000");
  expect(() => nodeBackend({ provider: 3 } as never)).toThrow("graph: nodeBackend's provider is 3; a text is needed");
  const graph = trace({ a: f32(1) }, ({ a }) => ({ y: a }));
  await expect(compile(graph, nodeRuntime({ threads: 1 }), { input: {} } as never)).rejects.toThrow(
    'graph: compile: there is no option "input"; choose inputs',
  );
});
