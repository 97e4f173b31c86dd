import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import {
  type AnyGraph,
  add,
  broadcastTo,
  concat,
  cumSum,
  exportOnnx,
  exportOnnxFiles,
  f32,
  gemm,
  i32,
  mul,
  reduceMean,
  relu,
  reshape,
  scatterAdd,
  softmax,
  sub,
  type Tensor,
  trace,
} from '../index.ts';

const shapes = { w1: f32(6, 5), b1: f32(5), w2: f32(5, 2), b2: f32(2) };
const net = (batch: number) =>
  trace({ params: shapes, x: f32(batch, 3, 2) }, ({ params: p, x }) => ({
    y: softmax(gemm(relu(gemm(reshape(x, [batch, 6]), p.w1, p.b1)), p.w2, p.b2)),
  }));
const weights = Float32Array.from({ length: 30 + 5 + 10 + 2 }, (_, i) => Math.sin(i));

/** The net again, in plain numbers. */
function expected(x: Float32Array): number[] {
  const layer = (h: readonly number[], at: number, width: number) =>
    Array.from({ length: width }, (_, j) =>
      h.reduce((sum, v, i) => sum + v * weights[at + i * width + j]!, weights[at + h.length * width + j]!),
    );
  return Array.from({ length: x.length / 6 }, (_, row) => {
    const hidden = layer([...x.subarray(6 * row, 6 * row + 6)], 0, 5).map((v) => Math.max(v, 0));
    const powers = layer(hidden, 35, 2).map(Math.exp);
    return powers.map((v) => v / powers.reduce((a, b) => a + b));
  }).flat();
}

async function run(session: InferenceSession, batch: number) {
  const x = Float32Array.from({ length: batch * 6 }, (_, i) => Math.cos(i));
  const { y } = await session.run({ x: new OrtTensor('float32', x, [batch, 3, 2]) });
  (y!.data as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(expected(x)[i]!, 5);
  });
  expect(y!.dims).toEqual([batch, 2]);
}

describe('exportOnnx', () => {
  test('writes a file that stores the parameters and computes the same for its batch size', async () => {
    const session = await InferenceSession.create(exportOnnx(net(4), { constants: { params: { data: weights } } }));
    expect([session.inputNames, session.outputNames]).toEqual([['x'], ['y']]);
    await run(session, 4);
    session.release();
  });

  test('leaves the batch size open on request, also through a reshape that keeps it', async () => {
    const bytes = exportOnnx({ graph: net, dimension: 'images' }, { constants: { params: { data: weights } } });
    const session = await InferenceSession.create(bytes);
    expect(session.inputMetadata[0]).toMatchObject({ name: 'x', shape: ['images', 3, 2] });
    for (const batch of [1, 2, 5]) await run(session, batch);
    session.release();
  });

  const perBatch: Record<string, (n: number) => AnyGraph> = {
    'means over the batch': (n) => trace({ x: f32(n, 3) }, ({ x }) => ({ y: sub(x, reduceMean(x, { axes: [0] })) })),
    'a mean over all': (n) => trace({ x: f32(n, 3) }, ({ x }) => ({ y: reduceMean(x) })),
    'rows merged with the batch': (n) => trace({ x: f32(n, 6) }, ({ x }) => ({ y: mul(reshape(x, [2 * n, 3]), 2) })),
    'a row repeated for the batch': (n) =>
      trace({ x: f32(n, 3) }, ({ x }) => ({
        y: concat([x, broadcastTo(reduceMean(x, { axes: [1], keepDims: true }), [n, 2])], 1),
      })),
    'rows added up by index': (n) => trace({ x: f32(n, 3), i: i32(n) }, ({ x, i }) => ({ y: scatterAdd(x, i, 4) })),
  };
  test.each(Object.entries(perBatch))(
    'computes what depends on the batch size from the input: %s',
    async (_, graph) => {
      const open = await InferenceSession.create(exportOnnx({ graph }));
      for (const n of [1, 2, 7]) {
        const fixed = await InferenceSession.create(exportOnnx(graph(n)));
        const cols = graph(n).inputs.x as Tensor;
        const x = Float32Array.from({ length: n * cols.shape[1]! }, (_, i) => Math.sin(i));
        const feeds = {
          x: new OrtTensor('float32', x, [...cols.shape]),
          ...('i' in graph(n).inputs && {
            i: new OrtTensor(
              'int32',
              Int32Array.from({ length: n }, (_, i) => i % 4),
              [n],
            ),
          }),
        };
        const [a, b] = [await open.run(feeds), await fixed.run(feeds)];
        expect(a.y!.dims).toEqual(b.y!.dims);
        expect(a.y!.data).toEqual(b.y!.data);
      }
    },
  );

  test('names inputs that stay open by their path', async () => {
    const session = await InferenceSession.create(exportOnnx(net(4)));
    expect(session.inputNames).toEqual(['params.w1', 'params.b1', 'params.w2', 'params.b2', 'x']);
    session.release();
  });

  test('refuses an open batch where the graph depends on its size', () => {
    const graphs: ((n: number) => AnyGraph)[] = [
      (n) => trace({ x: f32(n, 2) }, ({ x }) => ({ y: mul(x, Math.sqrt(n)) })),
      (n) => trace({ x: f32(n, 2) }, ({ x }) => ({ y: n > 102 ? mul(x, 2) : add(x, 2) })),
      (n) => trace({ x: f32(n * n, 2) }, ({ x }) => ({ y: mul(x, 2) })),
    ];
    for (const graph of graphs) {
      expect(() => exportOnnx({ graph })).toThrow('exportOnnx: the graph depends on the batch size');
    }
  });

  test('refuses two values of one name', () => {
    const x = f32(2);
    expect(() => exportOnnx(trace({ x }, (t) => ({ x: mul(t.x, 2) })))).toThrow(
      'graph: two inputs or outputs are named x',
    );
    const both = (t: { a: { b: Tensor }; 'a.b': Tensor }) => ({ y: add(t.a.b, t['a.b']) });
    expect(() => exportOnnx(trace({ a: { b: x }, 'a.b': x }, both))).toThrow('two inputs or outputs are named a.b');
  });

  test('refuses vectors that do not fit, and names that are not there', () => {
    const store = (constants: Record<string, { data: Float32Array | Float64Array }>) => () =>
      exportOnnx(net(1), { constants });
    expect(store({ params: { data: new Float32Array(3) } })).toThrow(
      'exportOnnx: params is a Float32Array of 3, the graph needs 47 × float32',
    );
    expect(store({ params: { data: new Float64Array(47) } })).toThrow('exportOnnx: params is a Float64Array of 47');
    expect(store({ weights: { data: weights } })).toThrow('exportOnnx: there is no input weights to store');
  });
});

test('leaves the batch size open where sums and running sums depend on it', async () => {
  const graph = (n: number) =>
    trace({ x: f32(n, 600) }, ({ x }) => ({ all: reduceMean(x), rows: reduceMean(x, { axes: [1] }), sums: cumSum(x) }));
  const session = await InferenceSession.create(exportOnnx({ graph }));
  for (const batch of [1, 3, 700]) {
    const x = new Float32Array(batch * 600).fill(0.5);
    const { all, rows, sums } = await session.run({ x: new OrtTensor('float32', x, [batch, 600]) });
    expect(all!.data[0]).toBeCloseTo(0.5, 4);
    expect(rows!.data[batch - 1]).toBeCloseTo(0.5, 4);
    expect(sums!.data[batch * 600 - 1]).toBeCloseTo(300, 2);
  }
  await session.release();
});

describe('a model that is too large for one file', () => {
  const constants = { params: { data: weights } };
  const wide = trace({ w: f32(40, 50), b: f32(50), x: f32(3, 40) }, ({ w, b, x }) => ({ y: gemm(x, w, b) }));
  const vectors = {
    w: { data: Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i)) },
    b: { data: Float32Array.from({ length: 50 }, (_, i) => i) },
  };

  test('is refused before it is written', () => {
    expect(() => exportOnnx(net(4), { constants, maxBytes: 100 })).toThrow(
      /^graph: the ONNX model takes \d+ bytes, such a file holds at most 100; use exportOnnxFiles, which keeps tensors in a file beside it$/,
    );
    expect(() => exportOnnx(net(4), { constants, maxBytes: 400 })).toThrow(/takes \d+ bytes, .* at most 400/);
    expect(() => exportOnnx(net(4), { constants, maxBytes: 2 ** 31 })).toThrow("exportOnnx's maxBytes is 2147483648");
  });

  test('has its large tensors in a file beside it, and computes the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'export-'));
    try {
      const { model, data } = exportOnnxFiles(wide, { constants: vectors, dataFile: 'net.data', maxBytes: 2000 });
      await writeFile(join(folder, 'net.onnx'), model);
      await writeFile(join(folder, 'net.data'), data);
      const x = Float32Array.from({ length: 120 }, (_, i) => Math.cos(i));
      const feed = { x: new OrtTensor('float32', x, [3, 40]) };
      const split = await InferenceSession.create(join(folder, 'net.onnx'));
      const whole = await InferenceSession.create(exportOnnx(wide, { constants: vectors }));
      expect((await split.run(feed)).y!.data).toEqual((await whole.run(feed)).y!.data);
      expect(data.some((part) => part.buffer === vectors.w.data.buffer)).toBe(true);
      await Promise.all([split.release(), whole.release()]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('names its data file without a folder', () => {
    for (const dataFile of ['', '..', 'a/b', '/tmp/x', 'C:x']) {
      expect(() => exportOnnxFiles(wide, { constants: vectors, dataFile })).toThrow(/dataFile/);
    }
    expect(() => exportOnnx(wide, { constant: vectors } as never)).toThrow(
      'graph: exportOnnx has no setting "constant"; the nearest are constants, metadata, maxBytes',
    );
  });
});
