import { expect, test } from 'vitest';
import { nodeRuntime } from '../backends/node.ts';
import { compile, constant, f32, scatterAdd, trace } from '../index.ts';

test.each([1, 2, 3, 4])('no update is lost where many have one place, on %i threads', async (threads) => {
  const [count, width, size] = [10_000, 32, 10];
  const places = Array.from({ length: count }, (_, i) => (i * 7919) % size);
  const graph = trace({ x: f32(count, width) }, ({ x }) => ({
    y: scatterAdd(x, constant(places, [count], 'int32'), size),
  }));
  const step = await compile(graph, nodeRuntime({ threads }));
  step.inputs.x.float32.fill(1);
  for (let run = 0; run < 20; run++) {
    await step.run();
    expect(new Set(step.outputs.y.float32)).toEqual(new Set([count / size]));
  }
  await step.release();
});
