import { expect, test } from 'vitest';
import {
  add,
  compile,
  f32,
  gather,
  grad,
  i32,
  matmul,
  mul,
  reduceSum,
  softmax,
  type Tensor,
  tanh,
  trace,
} from '../index.ts';
import { nodeRuntime } from './node.ts';
import { webRuntime } from './web.ts';

const loss = (w: Tensor, x: Tensor) => reduceSum(mul(softmax(tanh(matmul(x, w))), matmul(x, w)));
const graph = trace({ w: f32(5, 4), x: f32(6, 5), at: i32(2) }, ({ w, x, at }) => ({
  grad: grad(loss)(w, x),
  rows: gather(x, at),
}));

test('ONNX Runtime in WebAssembly computes what the native one does, into the buffers', async () => {
  const results = [];
  for (const runtime of [nodeRuntime({ threads: 1 }), webRuntime({ threads: 1 })]) {
    const run = await compile(graph, runtime);
    run.inputs.w.float32.forEach((_, i, w) => {
      w[i] = Math.sin(i);
    });
    run.inputs.x.float32.forEach((_, i, x) => {
      x[i] = Math.cos(3 * i);
    });
    run.inputs.at.int32.set([4, 1]);
    await run.run();
    results.push([...run.outputs.grad.float32, ...run.outputs.rows.float32]);
    await run.release();
  }
  const [native, web] = results as [number[], number[]];
  expect(native.some((x) => Math.abs(x) > 0.1)).toBe(true);
  native.forEach((x, i) => {
    expect(web[i]).toBeCloseTo(x, 5);
  });
});

test('state carried in WebAssembly follows the swap', async () => {
  const step = await compile(
    trace({ x: f32(2) }, ({ x }) => ({ y: add(x, 1) })),
    webRuntime({ threads: 1 }),
    { carry: { y: 'x' } },
  );
  for (let i = 0; i < 3; i++) await step.run();
  expect([...step.inputs.x.float32]).toEqual([3, 3]);
  expect([...step.outputs.y.float32]).toEqual([2, 2]);
  await step.release();
});
