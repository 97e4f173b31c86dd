import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { add, exportOnnx, f32, gemm, mul, reduceMean, relu, reshape, softmax, type Tensor, trace } from '../index.ts';

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

  test('names inputs that stay open by their path', async () => {
    const session = await InferenceSession.create(exportOnnx(net(4)));
    expect(session.inputNames).toEqual(['params.w1', 'params.b1', 'params.w2', 'params.b2', 'x']);
    session.release();
  });

  test('refuses an open batch where the graph depends on its size', () => {
    const graph = (n: number) => trace({ x: f32(n, 2) }, ({ x }) => ({ y: reduceMean(x) }));
    expect(() => exportOnnx({ graph })).toThrow('exportOnnx: the graph depends on the batch size');
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
