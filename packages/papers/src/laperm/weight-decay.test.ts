import { compile, f32, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { weightDecay } from './weight-decay.ts';

async function penaltyOf(layers?: number): Promise<number> {
  const specs = { params: [{ weight: f32(2), bias: f32(1) }, { weight: f32(1) }] };
  const graph = trace(specs, ({ params }) => ({ penalty: weightDecay(0.1, layers)!(params) }));
  const executable = await compile(graph, nodeRuntime());
  executable.inputs.params.float32.set([1, 2, 50, 3]);
  await executable.run();
  const [penalty] = executable.outputs.penalty.float32;
  await executable.release();
  return penalty!;
}

test('weights are penalized, biases are not', async () => {
  expect(await penaltyOf()).toBeCloseTo(0.1 * (1 + 4 + 9), 6);
});

test('only the first layers are penalized where it says so', async () => {
  expect(await penaltyOf(1)).toBeCloseTo(0.1 * (1 + 4), 6);
  expect(await penaltyOf(-1)).toBeCloseTo(0.1 * (1 + 4), 6);
});

test('no decay is no penalty', () => expect(weightDecay(0)).toBeUndefined());
