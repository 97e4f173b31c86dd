import { expect, test } from 'vitest';
import {
  add,
  bernoulliMask,
  compile,
  conv2d,
  f32,
  gather,
  grad,
  i32,
  matmul,
  maxPool2d,
  mul,
  reduceSum,
  softmax,
  type Tensor,
  tanh,
  trace,
  valueAndGrad,
} from '../index.ts';
import type { Runtime } from './backend.ts';
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

const images = (x: Tensor, w: Tensor, key: Tensor) => {
  const h = maxPool2d(conv2d(mul(x, bernoulliMask(key, x.shape, 0.5, 1)), w, { pads: 1 }), { kernel: 2 });
  return reduceSum(mul(h, h));
};

test('convolutions, pooling and masks give in WebAssembly what they give natively', async () => {
  const step = trace({ x: f32(2, 16, 6, 6), w: f32(16, 16, 3, 3), key: i32(2) }, ({ x, w, key }) =>
    valueAndGrad((p: { x: Tensor; w: Tensor }) => images(p.x, p.w, key))({ x, w }),
  );
  const results = [];
  for (const runtime of [nodeRuntime({ threads: 1 }), webRuntime({ threads: 1 })]) {
    const run = await compile(step, runtime);
    for (const { float32 } of [run.inputs.x, run.inputs.w]) {
      float32.forEach((_, i) => {
        float32[i] = Math.sin(i * i) / 8;
      });
    }
    run.inputs.key.int32.set([3, 4]);
    await run.run();
    results.push([...run.outputs.value.float32, ...run.outputs.grad.float32]);
    await run.release();
  }
  const [native, web] = results as [number[], number[]];
  expect(native.some((x) => Math.abs(x) > 0.1)).toBe(true);
  native.forEach((x, i) => {
    expect(web[i]).toBeCloseTo(x, 4);
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

test('memory may move while a run waits for its turn, or reads its inputs', async () => {
  const graph = trace({ x: f32(3), y: f32(3) }, ({ x, y }) => ({ sum: add(x, y) }));
  for (let pauses = 0; pauses < 8; pauses++) {
    const runtime = webRuntime({ threads: 1, arena: { initialBytes: 65_536 } });
    const all = [await compile(graph, runtime), await compile(graph, runtime)];
    for (const [i, { inputs }] of all.entries()) {
      inputs.x.float32.fill(i);
      inputs.y.float32.fill(10);
    }
    const runs = all.map((each) => each.run());
    for (let i = 0; i < pauses; i++) await undefined;
    runtime.arena.alloc('float32', 1_000_000);
    await Promise.all(runs);
    expect(all.map(({ outputs }) => [...outputs.sum.float32])).toEqual([
      [10, 10, 10],
      [11, 11, 11],
    ]);
    for (const each of all) await each.release();
  }
});

test('sessions are made, run and let go while others run', async () => {
  const work = (runtime: Runtime) => async (size: number) => {
    const graph = trace({ x: f32(size, size) }, ({ x }) => ({ y: tanh(matmul(x, x)) }));
    const sums: number[] = [];
    for (let i = 0; i < 4; i++) {
      const run = await compile(graph, runtime);
      run.inputs.x.float32.fill(0.01 * (i + 1));
      for (let j = 0; j < 40; j++) {
        await run.run();
        // What waits for other promises meanwhile takes its turn at another time.
        for (let pauses = (j * size) % 7; pauses > 0; pauses--) await undefined;
        sums.push(run.outputs.y.float32.reduce((sum, y) => sum + y, 0));
      }
      await run.release();
    }
    return sums;
  };
  const sizes = [4, 5, 6, 7, 9, 11, 130, 180, 260];
  const alone: number[][] = [];
  for (const size of sizes) alone.push(await work(webRuntime({ threads: 1 }))(size));
  // Memory that begins small grows, and moves, while others run.
  const runtime = webRuntime({ threads: 1, arena: { initialBytes: 65_536 } });
  expect(await Promise.all(sizes.map(work(runtime)))).toEqual(alone);
});
