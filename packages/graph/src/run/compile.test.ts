import { expect, test } from 'vitest';
import { nodeRuntime } from '../backends/node.ts';
import {
  compile,
  f32,
  gemm,
  i32,
  logSoftmax,
  mul,
  neg,
  oneHot,
  reduceSum,
  relu,
  type Tensor,
  trace,
  valueAndGrad,
} from '../index.ts';

test('a training step of a small network runs and its outputs land in the buffers', async () => {
  const runtime = nodeRuntime({ threads: 2 });
  const params = { w1: f32(20, 64), b1: f32(64), w2: f32(64, 2), b2: f32(2) };
  const loss = (p: { w1: Tensor; b1: Tensor; w2: Tensor; b2: Tensor }, x: Tensor, y: Tensor) =>
    mul(neg(reduceSum(mul(oneHot(y, 2), logSoftmax(gemm(relu(gemm(x, p.w1, p.b1)), p.w2, p.b2))))), 1 / 32);
  const graph = trace({ params, x: f32(32, 20), y: i32(32) }, ({ params: p, x, y }) => valueAndGrad(loss)(p, x, y));
  const step = await compile(graph, runtime);
  step.inputs.params.float32.fill(0.01);
  step.inputs.x.float32.forEach((_, i, a) => {
    a[i] = Math.sin(i);
  });
  await step.run();
  expect(step.outputs.value.float32[0]).toBeCloseTo(Math.log(2), 5);
  expect(step.outputs.grad.float32.length).toBe(20 * 64 + 64 + 128 + 2);
  const t0 = performance.now();
  for (let i = 0; i < 2000; i++) await step.run();
  process.stderr.write(`${((performance.now() - t0) / 2).toFixed(1)} us\n`);
  await step.release();
});
