import { Arena } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { add, compile, exportOnnx, f32, mul, trace } from '../../index.ts';
import { nodeRuntime } from '../node.ts';

const runtime = nodeRuntime({ threads: 1, binding: 'capi' });
const N = 5;
const doubled = trace({ x: f32(N) }, ({ x }) => ({ y: mul(x, 2) }));
const ramp = (step = 1) => Float32Array.from({ length: N }, (_, i) => step * i);

describe('memory that a session is bound to', () => {
  test('may be the caller’s, of any kind, and another at each run', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * (N + 1)), 4).fill(3);
    const small = ramp();
    const middle = new Float32Array(2 * N).fill(5).subarray(2, 2 + N);
    const x: { data: Float32Array } = { data: small };
    const run = await compile(doubled, runtime, { inputs: { x } });
    for (const data of [small, shared, middle, small, shared, ramp(7), small]) {
      x.data = data;
      await run.run();
      expect([...run.outputs.y.float32]).toEqual(Array.from(data, (value) => 2 * value));
    }
    await run.release();
  });

  test('is refused where it has become another, and the session goes on', async () => {
    const x = { data: ramp() };
    const run = await compile(doubled, runtime, { inputs: { x } });
    await run.run();
    structuredClone(x.data, { transfer: [x.data.buffer] });
    await expect(run.run()).rejects.toThrow('x is a Float32Array of 0, the graph needs 5 × float32');
    const resizable = new (
      ArrayBuffer as unknown as new (
        bytes: number,
        options: { maxByteLength: number },
      ) => ArrayBuffer & { resize(bytes: number): void }
    )(4 * N, { maxByteLength: 8 * N });
    x.data = new Float32Array(resizable, 0, N);
    await run.run();
    resizable.resize(8);
    await expect(run.run()).rejects.toThrow('x is a Float32Array of 0');
    x.data = new Float64Array(N) as never;
    await expect(run.run()).rejects.toThrow('x is a Float64Array of 5');
    x.data = ramp(3);
    await run.run();
    expect([...run.outputs.y.float32]).toEqual([0, 6, 12, 18, 24]);
    await run.release();
  });

  test('is refused where an output has memory of an input or of another output', async () => {
    const data = new Float32Array(2 * N);
    const x = { data: data.subarray(0, N) };
    const overlapping = { inputs: { x }, outputs: { y: { data: data.subarray(2, 2 + N) } } };
    const run = await compile(doubled, runtime, overlapping);
    await expect(run.run()).rejects.toThrow('output y shares memory with x; give it memory of its own');
    x.data = ramp();
    await run.run();
    expect([...data.subarray(2, 2 + N)]).toEqual([0, 2, 4, 6, 8]);
    await run.release();
    const two = trace({ x: f32(N) }, ({ x }) => ({ y: mul(x, 2), z: add(x, 1) }));
    const same = { data: new Float32Array(N) };
    const pair = await compile(two, runtime, { outputs: { y: same, z: same } });
    await expect(pair.run()).rejects.toThrow('output z shares memory with y');
    await pair.release();
  });

  test('is refused when its block was freed', async () => {
    const block = runtime.arena.alloc('float32', N);
    const run = await compile(doubled, runtime, { inputs: { x: block } });
    await run.run();
    block.free();
    await expect(run.run()).rejects.toThrow('was freed');
    await run.release();
  });

  test('may be an arena that nobody else knows', async () => {
    const source = (() => {
      const block = new Arena({ shared: true }).alloc('float32', N);
      block.data.set(ramp());
      return { data: block.data };
    })();
    const run = await compile(doubled, runtime, { inputs: { x: source } });
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await run.run();
    }
    expect([...run.outputs.y.float32]).toEqual([0, 2, 4, 6, 8]);
    await run.release();
  });

  test('may hold nothing', async () => {
    const empty = trace({ x: f32(0, 3), w: f32(2) }, ({ x, w }) => ({ y: mul(x, 2), v: mul(w, 2) }));
    const run = await compile(empty, runtime);
    run.inputs.w.float32.set([1, 2]);
    await run.run();
    expect([...run.outputs.v.float32]).toEqual([2, 4]);
    expect(run.outputs.y.data).toHaveLength(0);
    await run.release();
  });
});

test('a session ends with its last user, once', async () => {
  const [one, other] = [await compile(doubled, runtime), await compile(doubled, runtime)];
  await one.release();
  await expect(one.run()).rejects.toThrow('graph: run after release');
  await expect(one.release()).rejects.toThrow('graph: release after release');
  other.inputs.x.float32.set(ramp());
  await other.run();
  expect([...other.outputs.y.float32]).toEqual([0, 2, 4, 6, 8]);
  await other.release();
});

test('a backend’s session refuses what comes after its release', async () => {
  const session = await runtime.backend.createSession(exportOnnx(doubled));
  await session.release();
  await session.release();
  expect(() => session.bind(new Map(), new Map())).toThrow('graph: a session was released; compile the graph again');
});

test('a loop of runs lets timers fire', async () => {
  const run = await compile(doubled, runtime);
  let fired = false;
  const timer = setTimeout(() => {
    fired = true;
  }, 1);
  const start = performance.now();
  while (!fired && performance.now() - start < 20_000) await run.run();
  expect(fired).toBe(true);
  clearTimeout(timer);
  await run.release();
});

test('a model that is none is refused', async () => {
  await expect(runtime.backend.createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(/protobuf|ModelProto|parse/i);
  await expect(runtime.backend.createSession(new Uint8Array(0))).rejects.toThrow();
});
