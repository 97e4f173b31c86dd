import { describe, expect, test } from 'vitest';
import { nodeBackend, nodeRuntime } from '../backends/node.ts';
import {
  add,
  bool,
  CompileError,
  cast,
  compile,
  erf,
  f32,
  f64,
  gather,
  gemm,
  i32,
  i64,
  logSoftmax,
  matmul,
  mul,
  neg,
  oneHot,
  reduceSum,
  relu,
  ShapeError,
  sub,
  type Tensor,
  tanh,
  trace,
  valueAndGrad,
  where,
} from '../index.ts';

const runtime = nodeRuntime({ threads: 1 });
const twice = trace({ x: f32(3) }, ({ x }) => ({ y: mul(x, 2) }));

describe('compile', () => {
  test('runs a training step whose results land in the buffers', async () => {
    const params = { w1: f32(20, 64), b1: f32(64), w2: f32(64, 2), b2: f32(2) };
    type Params = Record<'w1' | 'b1' | 'w2' | 'b2', Tensor>;
    const loss = (p: Params, x: Tensor, y: Tensor) => {
      const logits = gemm(relu(gemm(x, p.w1, p.b1)), p.w2, p.b2);
      return mul(neg(reduceSum(mul(oneHot(y, 2), logSoftmax(logits)))), 1 / 32);
    };
    const graph = trace({ params, x: f32(32, 20), y: i32(32) }, ({ params: p, x, y }) => valueAndGrad(loss)(p, x, y));
    const step = await compile(graph, runtime);
    step.inputs.params.float32.fill(0.01);
    step.inputs.x.float32.set(Float32Array.from({ length: 640 }, (_, i) => Math.sin(i)));
    await step.run();
    // Equal weights give equal logits: the loss is log 2, and the gradient of b2 is 1/2 less 1 where the label is 0.
    expect(step.outputs.value.float32[0]).toBeCloseTo(Math.log(2), 6);
    expect(step.outputs.grad.float32.length).toBe(20 * 64 + 64 + 128 + 2);
    expect([...step.outputs.grad.leaf('b2')]).toEqual([-0.5, 0.5]);
    await step.release();
  });

  test('runs on and writes to the memory of the caller, which several graphs can share', async () => {
    const shared = runtime.arena.alloc('float32', 3);
    const double = await compile(twice, runtime, { outputs: { y: shared } });
    const tripled = await compile(
      trace({ x: f32(3) }, ({ x }) => ({ y: mul(x, 3) })),
      runtime,
      { inputs: { x: shared } },
    );
    double.inputs.x.float32.set([1, 2, 3]);
    await double.run();
    await tripled.run();
    expect([...shared.data]).toEqual([2, 4, 6]);
    expect([...tripled.outputs.y.float32]).toEqual([6, 12, 18]);
    await Promise.all([double.release(), tripled.release()]);
    expect([...shared.data]).toEqual([2, 4, 6]);
    shared.free();
  });

  test('takes ordinary arrays as memory', async () => {
    const x = Float32Array.of(1, 2, 3);
    const y = new Float32Array(3);
    const run = await compile(twice, runtime, { inputs: { x: { data: x } }, outputs: { y: { data: y } } });
    await run.run();
    expect([...y]).toEqual([2, 4, 6]);
    await run.release();
  });

  test('carries state from step to step by swapping two vectors', async () => {
    const graph = trace({ state: { a: f32(2), b: f32() } }, ({ state: { a, b } }) => ({
      next: { a: add(a, b), b: add(b, 1) },
    }));
    const step = await compile(graph, runtime, { carry: { next: 'state' } });
    step.inputs.state.float32.set([10, 20, 1]);
    const before = step.inputs.state.data;
    for (const expected of [
      [11, 21, 2],
      [13, 23, 3],
      [16, 26, 4],
    ]) {
      await step.run();
      expect([...step.inputs.state.float32]).toEqual(expected);
    }
    expect(step.outputs.next.data.buffer).toBe(step.inputs.state.data.buffer);
    expect(step.outputs.next.data).toBe(before);
    await step.release();
  });

  test.each(['capi', 'node'] as const)('goes on after the arena has grown, by the binding %s', async (binding) => {
    const small = nodeRuntime({ threads: 1, arena: { initialBytes: 65_536 }, binding });
    const run = await compile(twice, small);
    run.inputs.x.float32.set([1, 2, 3]);
    const stale = run.inputs.x.float32;
    await run.run();
    const block = small.arena.alloc('float32', 1_000_000);
    // Growth of shared memory leaves views as they are.
    expect(run.inputs.x.float32 === stale).toBe(small.arena.shared);
    expect([...run.outputs.y.float32]).toEqual([2, 4, 6]);
    run.inputs.x.float32[0] = 5;
    await run.run();
    expect([...run.outputs.y.float32]).toEqual([10, 4, 6]);
    block.free();
    await run.release();
  });

  test('takes inputs of every element type', async () => {
    const specs = { a: i32(2), b: i64(2), c: bool(2), d: f64(2) };
    const graph = trace(specs, ({ a, b, c, d }) => ({
      int: add(a, 1),
      long: mul(b, 2),
      bool: c,
      real: where(c, d, cast(a, 'float64')),
    }));
    const run = await compile(graph, runtime);
    run.inputs.a.int32.set([7, -8]);
    (run.inputs.b.data as BigInt64Array).set([2n ** 53n + 1n, -1n]);
    (run.inputs.c.data as Uint8Array).set([1, 0]);
    run.inputs.d.float64.set([0.1, 0.2]);
    await run.run();
    expect([...run.outputs.int.int32]).toEqual([8, -7]);
    expect([...run.outputs.long.data]).toEqual([2n ** 54n + 2n, -2n]);
    expect([...run.outputs.bool.data]).toEqual([1, 0]);
    expect([...run.outputs.real.float64]).toEqual([0.1, -8]);
    expect(() => run.inputs.a.float32).toThrow('graph: a is int32, not float32');
    await run.release();
  });

  test('gives an output that is an input, a constant or another output as well', async () => {
    const graph = trace({ x: f32(2), unused: f32() }, ({ x }) => {
      const y = add(x, 1);
      return { same: x, y, again: y, gone: sub(x, x), fixed: mul(oneHot(cast(x, 'int32'), 1), 0) };
    });
    const run = await compile(graph, runtime);
    run.inputs.x.float32.set([1, 2]);
    await run.run();
    expect([...run.outputs.same.float32, ...run.outputs.y.float32, ...run.outputs.again.float32]).toEqual([
      1, 2, 2, 3, 2, 3,
    ]);
    await run.release();
  });

  test('frees the memory it took on release, and the caller keeps his', async () => {
    const { blocks } = runtime.arena.stats();
    const run = await compile(twice, runtime);
    expect(runtime.arena.stats().blocks).toBe(blocks + 2);
    await run.release();
    expect(runtime.arena.stats().blocks).toBe(blocks);
  });
});

describe('compile refuses', () => {
  test('what ONNX Runtime has no kernel for, naming the operator, and frees its memory', async () => {
    const { blocks } = runtime.arena.stats();
    const error = await compile(
      trace({ x: f64(2, 3) }, ({ x }) => ({ y: erf(x) })),
      runtime,
    ).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toMatchObject({ operator: 'erf' });
    expect(String(error)).toContain('could not compile the graph at operator erf(float64[2, 3]) → float64[2, 3]');
    expect(runtime.arena.stats().blocks).toBe(blocks);
  });

  test('memory of the wrong size or type, and frees its own', async () => {
    const { blocks } = runtime.arena.stats();
    const outputs = { y: { data: new Float32Array(2) } };
    await expect(compile(twice, runtime, { outputs })).rejects.toThrow(
      'graph: y is a Float32Array of 2, the graph needs 3 × float32',
    );
    await expect(compile(twice, runtime, { inputs: { x: { data: new Float64Array(3) } } })).rejects.toThrow(ShapeError);
    expect(runtime.arena.stats().blocks).toBe(blocks);
  });

  test('memory for, and carries of, what the graph does not have', async () => {
    const inputs = { z: { data: new Float32Array(3) } } as unknown as { x: { data: Float32Array } };
    await expect(compile(twice, runtime, { inputs })).rejects.toThrow('graph: memory is given for z; there are x');
    await expect(compile(twice, runtime, { carry: { y: 'z' as 'x' } })).rejects.toThrow('carry names y and z');
    const narrow = trace({ x: f32(3) }, ({ x }) => ({ y: reduceSum(x) }));
    await expect(compile(narrow, runtime, { carry: { y: 'x' } })).rejects.toThrow(
      'output y has 1 × float32, input x 3 × float32',
    );
  });

  test('trees of mixed element types, and empty ones', async () => {
    const mixed = trace({ p: { a: f32(2), b: f64(2) } }, ({ p }) => ({ y: p.a }));
    await expect(compile(mixed, runtime)).rejects.toThrow('graph: p mixes float32 and float64 (b)');
    await expect(
      compile(
        trace({ x: f32(1) }, ({ x }) => ({ x, y: {} })),
        runtime,
      ),
    ).rejects.toThrow('graph: y has no tensors');
  });

  test('outputs that depend on another graph', async () => {
    const foreign = trace({ w: f32(3) }, ({ w }) => ({ w }));
    const graph = trace({ x: f32(3) }, ({ x }) => ({ y: add(x, foreign.inputs.w) }));
    await expect(compile(graph, runtime)).rejects.toThrow('the outputs depend on the input w of another graph');
  });

  test('thread counts that are none, and providers that are not there', async () => {
    expect(() => nodeBackend({ threads: 0 })).toThrow("graph: nodeBackend's threads is 0; an integer of at least 1");
    await expect(compile(twice, nodeRuntime({ provider: 'abacus' }))).rejects.toThrow(CompileError);
  });
});

describe('run', () => {
  test('throws while another run is under way, and after release', async () => {
    const x = f32(64, 64);
    const run = await compile(
      trace({ x }, (t) => ({ y: tanh(matmul(t.x, t.x)) })),
      runtime,
    );
    const first = run.run();
    await expect(run.run()).rejects.toThrow('graph: run while a run is under way; await it first');
    await expect(run.release()).rejects.toThrow('graph: release while a run is under way');
    await first;
    await run.run();
    await run.release();
    await expect(run.run()).rejects.toThrow('graph: run after release');
    await expect(run.release()).rejects.toThrow('graph: release after release');
  });

  test('names the operator that failed, and can be repeated with better input', async () => {
    const graph = trace({ table: f32(4, 2), at: i32(3) }, ({ table, at }) => ({ y: neg(gather(table, at)) }));
    const run = await compile(graph, runtime);
    run.inputs.table.float32.set([1, 2, 3, 4, 5, 6, 7, 8]);
    run.inputs.at.int32.set([0, 9, 1]);
    const error = await run.run().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toMatchObject({ operator: 'gather' });
    expect(String(error)).toContain(
      'could not run the graph at operator gather(float32[4, 2], int32[3]) → float32[3, 2]',
    );
    run.inputs.at.int32.set([0, 3, 1]);
    await run.run();
    expect([...run.outputs.y.float32]).toEqual([-1, -2, -7, -8, -3, -4]);
    await run.release();
  });
});
