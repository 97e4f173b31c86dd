import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { nodeFlavour, nodeInferenceSession, nodeRuntime, ortSession } from '../src/backends/node.ts';
import * as g from '../src/index.ts';
import { array, evaluateGraph, expectClose, runGraph, uniform, type Values } from './support.ts';

const runtime = nodeRuntime({ threads: 1 });
/** The same, but results are copied, as in browsers. */
const copying: g.Runtime = {
  ...nodeRuntime({ threads: 1, binding: 'node' }),
  backend: {
    name: 'copying',
    createSession: async (model) =>
      ortSession(await nodeInferenceSession(model, { intraOpNumThreads: 1 }), {
        ...nodeFlavour(),
        writesInPlace: false,
      }),
  },
};

function runningMeaning(x: g.Tensor): g.Tensor {
  const n = g.sizeOf(x.shape);
  const flat = g.reshape(x, [n]);
  const prefixes = Array.from({ length: n }, (_, i) => g.slice(flat, [0], [i + 1]));
  const sums = prefixes.map((prefix) => g.reshape(g.reduceSum(prefix), [1]));
  const squares = prefixes.map((prefix) => g.reshape(g.reduceSum(g.mul(prefix, prefix)), [1]));
  return g.reshape(g.concat([...sums, ...squares]), [2, n]);
}

/** Sums of each entry and all before it, and of their squares, one behind the other: [2, n]. */
const running = g.hostOperator({
  name: 'running',
  type: ([x]) => ({ shape: [2, g.sizeOf(x!.shape)], dtype: x!.dtype }),
  meaning: ([x]) => runningMeaning(x!),
  prepare: () => ({
    run([x], out) {
      let [sum, squares] = [0, 0];
      const [values, results] = [x as Float32Array, out as Float32Array];
      for (const [i, value] of values.entries()) {
        sum += value;
        squares += value * value;
        results[i] = sum;
        results[values.length + i] = squares;
      }
    },
  }),
});

/** a ⊙ b for two tensors of a shape, with its own rules. */
const product = g.hostOperator({
  name: 'product',
  type: ([a]) => ({ shape: a!.shape, dtype: a!.dtype }),
  meaning: ([a, b]) => g.mul(a!, b!),
  prepare: () => ({
    run: ([a, b], out) => (out as Float32Array).set((a as Float32Array).map((x, i) => x * Number(b![i]))),
  }),
  vjp: (ct, [a, b]) => [product(ct, b!), product(ct, a!)],
  jvp([ta, tb], [a, b]) {
    const [left, right] = [ta && product(ta, b!), tb && product(a!, tb)];
    return left && right ? g.add(left, right) : (left ?? right);
  },
});

const N = 3;
type Unary = (x: g.Tensor) => g.Tensor;
type Binary = (a: g.Tensor, b: g.Tensor) => g.Tensor;

/** Functions of [3] to [3], by ONNX Runtime, by a host operator, and as parts of its result. */
const unary: readonly Unary[] = [
  (x) => g.tanh(x),
  (x) => g.mul(x, 0.5),
  (x) => g.part(running(g.tanh(x)), 0, [N]),
  (x) => g.part(running(x), N, [N]),
  (x) => g.reduceMean(running(x), { axes: [0] }),
  (x) => g.relu(x),
  (x) => g.relu(product(x, g.constant([1, 2, 3], [N]))),
  (x) => product(x, g.constant([1, 2, 3], [N])),
  (x) => product(g.broadcastTo(g.add(g.constant(2), g.constant(1)), [N]), x),
];
const binary: readonly Binary[] = [
  (a, b) => g.add(a, b),
  (a, b) => g.mul(g.tanh(a), b),
  product,
  (a, b) => product(g.tanh(a), b),
];

/** Graphs of both kinds of operators, grown node by node from two inputs; some nodes are outputs, also twice. */
const anyGraph = fc
  .array(fc.record({ f: fc.nat(unary.length + binary.length - 1), a: fc.nat(), b: fc.nat() }), {
    minLength: 1,
    maxLength: 12,
  })
  .chain((nodes) =>
    fc.record({ nodes: fc.constant(nodes), outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }) }),
  )
  .map(({ nodes, outputs }) =>
    g.trace({ x: g.f32(N), y: g.f32(N) }, ({ x, y }) => {
      const made = [x, y];
      for (const { f, a, b } of nodes) {
        const [first, second] = [made[a % made.length]!, made[b % made.length]!];
        // Through tanh, so that no chain of squares outgrows float32.
        made.push(g.tanh(f < unary.length ? unary[f]!(first) : binary[f - unary.length]!(first, second)));
        if (f % 2 === 0) made.push(made.at(-1)!.inputs[0]!);
      }
      return Object.fromEntries(outputs.map((at, i) => [`out${i}`, made[at % made.length]!]));
    }),
  );

const values: Values = { x: array([N], 'float32', uniform(1, N)), y: array([N], 'float32', uniform(2, N)) };

describe('a graph with host operators', () => {
  test.each([
    ['in place', runtime],
    ['with results that are copied', copying],
  ])('computes what evaluate gives, however it is cut: %s', async (_, engine) => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const used = engine.arena.stats().usedBytes;
        const actual = await runGraph(graph, values, engine);
        for (const [name, expected] of Object.entries(evaluateGraph(graph, values))) {
          expectClose(actual[name]!, expected, 1e-5, name);
        }
        expect(engine.arena.stats().usedBytes).toBe(used);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a value that a host operator reads for those who read it later', async () => {
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => {
      const factors = g.constant([1, 2, 3], [N]);
      const open = g.relu(product(x, factors));
      const far = g.tanh(product(g.constant([2, 2, 2], [N]), g.tanh(product(g.tanh(open), factors))));
      return { sums: g.tanh(g.part(running(open), 0, [N])), late: g.mul(g.tanh(x), g.tanh(g.add(far, open))) };
    });
    const given = { x: values.x! };
    const actual = await runGraph(graph, given, runtime);
    for (const [name, expected] of Object.entries(evaluateGraph(graph, given)))
      expectClose(actual[name]!, expected, 1e-6, name);
  });

  test('has the gradient and the Hessian-vector product of its meaning', async () => {
    const f = (apply: Unary) => (x: g.Tensor) => g.reduceSum(g.mul(apply(g.tanh(x)), apply(x)));
    const [host, plain] = [f((x) => running(x)), f(runningMeaning)];
    const both = (h: typeof host) => (x: g.Tensor, v: g.Tensor) => ({ grad: g.grad(h)(x), hvp: g.hvp(h)(x, v) });
    const graph = (h: typeof host) => g.trace({ x: g.f32(N), y: g.f32(N) }, ({ x, y }) => both(h)(x, y));
    const expected = evaluateGraph(graph(plain), values);
    const actual = await runGraph(graph(host), values, runtime);
    for (const name of ['grad', 'hvp']) expectClose(actual[name]!, expected[name]!, 1e-5, name);
  });

  test('has the derivatives of its own rules, where an input is given twice too', async () => {
    const f = (x: g.Tensor) => g.reduceSum(product(product(x, x), x));
    const graph = g.trace({ x: g.f32(N), y: g.f32(N) }, ({ x, y }) => ({ grad: g.grad(f)(x), hvp: g.hvp(f)(x, y) }));
    const actual = await runGraph(graph, values, runtime);
    const [x, y] = [values.x!.data, values.y!.data];
    expectClose(
      actual.grad!,
      x.map((v) => 3 * v * v),
      1e-5,
    );
    expectClose(
      actual.hvp!,
      x.map((v, i) => 6 * v * y[i]!),
      1e-5,
    );
  });

  test('computes equal uses once', async () => {
    let calls = 0;
    const counted = g.hostOperator({
      name: 'counted',
      type: ([x]) => x!,
      meaning: ([x]) => g.neg(x!),
      prepare: () => ({
        run([x], out) {
          calls++;
          (out as Float32Array).set((x as Float32Array).map((v) => -v));
        },
      }),
    });
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ a: counted(g.tanh(x)), b: g.exp(counted(g.tanh(x))) }));
    await runGraph(graph, { x: values.x! }, runtime);
    expect(calls).toBe(1);
  });

  test('shares memory between values whose times do not overlap', async () => {
    const long = (x: g.Tensor, steps: number): g.Tensor =>
      steps === 0 ? x : long(g.tanh(product(g.exp(x), x)), steps - 1);
    const bytesFor = async (steps: number) => {
      const before = runtime.arena.stats().usedBytes;
      const graph = g.trace({ x: g.f32(1000) }, ({ x }) => ({ y: long(x, steps) }));
      const executable = await g.compile(graph, runtime);
      const bytes = runtime.arena.stats().usedBytes - before;
      await executable.release();
      return bytes;
    };
    expect(await bytesFor(9)).toBe(await bytesFor(4));
  });

  test('carries a host value over to the next run', async () => {
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ next: product(g.mul(x, 2), x) }));
    const step = await g.compile(graph, runtime, { carry: { next: 'x' } });
    step.inputs.x.float32.set([1, 2, 3]);
    await step.run();
    await step.run();
    expect([...step.inputs.x.float32]).toEqual([8, 128, 648]);
    await step.release();
  });

  test('is exported by its meaning', async () => {
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ y: g.exp(g.part(running(x), 1, [2])) }));
    const session = await ort.InferenceSession.create(g.exportOnnx(graph));
    const results = await session.run({ x: new ort.Tensor('float32', Float32Array.from(values.x!.data), [N]) });
    expectClose(results.y!.data as Float32Array, evaluateGraph(graph, { x: values.x! }).y!, 1e-6);
    await session.release();
  });
});

describe('a workspace', () => {
  const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ y: g.add(product(g.tanh(x), x), product(x, x)) }));

  test('is shared by executables that take turns, and outlives them', async () => {
    const before = runtime.arena.stats().blocks;
    const workspace = g.createWorkspace(runtime.arena);
    const alone = await g.compile(graph, runtime);
    const own = runtime.arena.stats().blocks - before;
    await alone.release();
    const [one, two] = [await g.compile(graph, runtime, { workspace }), await g.compile(graph, runtime, { workspace })];
    const ports = 2;
    expect(runtime.arena.stats().blocks - before).toBe(own + ports);
    const expected = evaluateGraph(graph, { x: values.x! }).y!;
    for (const run of [one, two, one]) {
      run.inputs.x.float32.set(values.x!.data);
      await run.run();
      expectClose(run.outputs.y.float32, expected, 1e-6);
    }
    await one.release();
    await two.run();
    expectClose(two.outputs.y.float32, expected, 1e-6);
    await two.release();
    workspace.release();
    expect(runtime.arena.stats().blocks).toBe(before);
  });
});

describe('a host operator', () => {
  test('that fails says which it is', async () => {
    const failing = g.hostOperator({
      name: 'failing',
      type: ([x]) => x!,
      meaning: ([x]) => x!,
      prepare: () => ({
        run() {
          throw new Error('no such row');
        },
      }),
    });
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ y: failing(x) }));
    await expect(runGraph(graph, { x: values.x! }, runtime)).rejects.toThrow('graph: failing failed: no such row');
  });

  test('whose meaning has another shape is refused when the meaning is asked for', () => {
    const wrong = g.hostOperator({
      name: 'wrong',
      type: ([x]) => x!,
      meaning: ([x]) => g.reduceSum(x!),
      prepare: () => ({ run: () => undefined }),
    });
    const graph = g.trace({ x: g.f32(N) }, ({ x }) => ({ y: wrong(x) }));
    expect(() => g.exportOnnx(graph)).toThrow('wrong: its type is float32[3], its meaning gives float32[]');
  });

  test('has no part past its end', () => {
    const x = g.input('x', [N], 'float32');
    expect(() => g.part(running(x), 4, [N])).toThrow(/part: \[3\] from element 4 on is not in \[2, 3\], which has 6/);
  });

  test('is told which cotangents are wanted', () => {
    const told: (readonly boolean[])[] = [];
    const watched = g.hostOperator({
      name: 'watched',
      type: ([a]) => a!,
      meaning: ([a, b]) => g.mul(a!, b!),
      prepare: () => ({ run: () => undefined }),
      vjp(ct, [a, b], _, wanted) {
        told.push(wanted);
        return [g.mul(ct, b!), wanted[1] ? g.mul(ct, a!) : undefined];
      },
    });
    g.trace({ x: g.f32(N), y: g.f32(N) }, ({ x, y }) => ({
      x: g.grad((t: g.Tensor) => g.reduceSum(watched(t, y)))(x),
      both: g.grad((t: g.Tensor) => g.reduceSum(watched(t, g.tanh(t))))(x),
    }));
    expect(told).toEqual([
      [true, false],
      [true, true],
    ]);
  });
});
