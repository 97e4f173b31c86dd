import { createMatrix, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { activation, dense, initialize, param, sequential, zeros } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { createGalu, type GaluSettings, gatesOf, type LearnedGates } from '../index.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(31);
const x = createMatrix(600, 4, random.normal(new Float32Array(2400)));
/** Bends along two directions, one of them away from the middle. */
const y = Float32Array.from({ length: 600 }, (_, i) => {
  const [a, b, c] = x.data.subarray(4 * i, 4 * i + 3) as unknown as [number, number, number];
  return Math.abs(a + b - 0.7) + Math.abs(c);
});
const KINDS: LearnedGates[] = [
  { kind: 'differences' },
  { kind: 'sparse', columns: 2 },
  { kind: 'k-means', sampleRows: 300 },
  { kind: 'relu', steps: 300 },
];
const settings: GaluSettings = { neurons: 10, ridge: 0.01, scale: true, seed: 4, runtime };

/** The share of rows for which each gate is open. */
const shares = ({ data, rows, cols }: Matrix, inputs: Matrix): number[] =>
  Array.from({ length: rows }, (_, k) => {
    let open = 0;
    for (let i = 0; i < inputs.rows; i++) {
      let sum = data[k * cols + inputs.cols]!;
      for (let j = 0; j < inputs.cols; j++) sum += data[k * cols + j]! * inputs.data[i * inputs.cols + j]!;
      open += Number(sum >= 0);
    }
    return open / inputs.rows;
  });

describe.each(KINDS)('gates of kind $kind', (gates) => {
  test('cut the rows, and are the same for the same seed on one thread and two', async () => {
    const model = await createGalu({ ...settings, gates, offset: true, scale: false }).fit(x, y);
    const open = shares(model.network.gates, x);
    expect(open.filter((share) => share > 0.02 && share < 0.98).length).toBeGreaterThan(7);
    const two = nodeRuntime({ threads: 2 });
    const again = await createGalu({ ...settings, gates, scale: false, runtime: two }).fit(x, y);
    expect(again.network.gates).toEqual(model.network.gates);
    expect(again.network.weights).toEqual(model.network.weights);
    const other = await createGalu({ ...settings, gates, scale: false, seed: 5 }).fit(x, y);
    expect(other.network.gates).not.toEqual(model.network.gates);
  });

  test('of members differ, and end when they are told to', async () => {
    const { network } = await createGalu({ ...settings, gates, members: 2 }).fit(x, y);
    expect(network.gates.rows).toBe(20);
    expect(network.gates.data.slice(0, 50)).not.toEqual(network.gates.data.slice(50));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(createGalu({ ...settings, gates }).fit(x, y, { signal })).rejects.toThrow('enough');
  });
});

test('a gate between two rows has one on each side', async () => {
  const rows = createMatrix(2, 2, Float32Array.of(1, 1, 3, 2));
  for (const kind of ['differences', 'sparse', 'k-means'] as const) {
    const model = createGalu({ neurons: kind === 'k-means' ? 1 : 5, gates: { kind }, ridge: 1, runtime });
    const { network } = await model.fit(rows, Float32Array.of(0, 1));
    expect(shares(network.gates, rows)).toEqual(Array(network.gates.rows).fill(0.5));
  }
});

test('sparse gates see a rare value as often as a common one, and nothing that is constant', async () => {
  const rows = createMatrix(400, 3);
  for (let i = 0; i < 400; i++) rows.data.set([Number(i === 7), i % 2, 5], 3 * i);
  const gates = { kind: 'sparse', columns: 1 } as const;
  const { network } = await createGalu({ neurons: 200, gates, ridge: 1, runtime }).fit(rows, y.subarray(0, 400));
  const seen = [0, 1, 2].map((j) => network.gates.data.filter((u, at) => at % 4 === j && u !== 0).length);
  expect(seen[2]).toBe(0);
  expect(seen[0]).toBeGreaterThan(70);
  expect(seen[0]! + seen[1]!).toBe(200);
});

test('a trained ReLU network finds bends that random gates miss', async () => {
  const score = async (gates: GaluSettings['gates']) => {
    const model = await createGalu({ ...settings, neurons: 6, ...(gates && { gates }) }).fit(x, y);
    return model.score(x, y);
  };
  const [drawn, trained] = [await score(undefined), await score({ kind: 'relu' })];
  expect(trained).toBeGreaterThan(0.98);
  expect(drawn).toBeLessThan(0.95);
});

test('a target that is constant says nothing to a ReLU network, whatever it is', async () => {
  const gates = { kind: 'relu', steps: 20 } as const;
  const fit = (constant: number) => {
    const both = createMatrix(
      600,
      2,
      Float32Array.from({ length: 1200 }, (_, at) => (at % 2 ? constant : y[at / 2]!)),
    );
    return createGalu({ ...settings, gates }).fit(x, both);
  };
  expect((await fit(0.1)).network.gates).toEqual((await fit(0)).network.gates);
});

test.each<[GaluSettings, RegExp]>([
  [
    { gates: { kind: 'forest' } as unknown as LearnedGates },
    /gates\.kind is "forest"; there are differences, sparse, k-means, relu/,
  ],
  [{ gates: { kind: 'k-means', clusters: 4 } }, /4 clusters have 6 pairs, too few for 10 neurons; give 5 or more/],
  [{ gates: { kind: 'relu', epochs: 3 } as LearnedGates }, /gates of kind relu has no setting "epochs"/],
  [{ gates: { kind: 'sparse', columns: 0 } }, /columns is 0; an integer of at least 1 is needed/],
  [{ gates: { kind: 'differences' }, offset: false }, /offset is false, and these gates have offsets/],
  [{ gates: { kind: 'differences' }, neurons: undefined as unknown as number }, /neurons \(k\) is missing/],
])('gates that can not be are refused, case %#', async (given, message) => {
  const fit = async () => createGalu({ ...settings, ...given }).fit(x, y);
  await expect(fit()).rejects.toThrow(message);
});

test('rows that are all alike have no gates between them', async () => {
  const alike = createMatrix(20, 2, new Float32Array(40).fill(2));
  for (const gates of KINDS.slice(0, 3)) {
    const fit = createGalu({ ...settings, gates }).fit(alike, y.subarray(0, 20));
    await expect(fit).rejects.toThrow(/galu: (of the 20 rows|k-means: 5 clusters, and the 20 rows have 1)/);
  }
});

describe('the first layer of a model', () => {
  const model = sequential([dense(4, 5), activation('relu'), dense(5, 1)]);
  const params = initialize(model, 3);

  test('opens gates where it is on', async () => {
    const given = gatesOf(
      model,
      params.map((value, at) => (at >= 20 && at < 25 ? at - 22 : value)),
    );
    expect([...(given.offsets as Float32Array)]).toEqual([-2, -1, 0, 1, 2]);
    expect(given.weights).toMatchObject({ rows: 5, cols: 4 });
    expect(given.weights.data[1]).toBe(params[5]);
    const { network } = await createGalu({ gates: given, ridge: 1, runtime }).fit(x, y);
    expect(network.offset).toBe(true);
  });

  test('may lie turned, and have names', () => {
    const turned = { params: { b: param([3], zeros), w: param([3, 2], zeros, { neuronAxis: 0 }) } };
    const values = Float32Array.of(7, 8, 9, 1, 2, 3, 4, 5, 6);
    expect(gatesOf(turned, values)).toEqual({
      weights: createMatrix(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6)),
      offsets: Float32Array.of(7, 8, 9),
    });
    expect(gatesOf(turned, values, { bias: false }).offsets).toBeUndefined();
    expect(() => gatesOf(turned, values, { weight: 'v' })).toThrow(
      /no parameter that is a matrix named v; it has "b \[3\]"/,
    );
    expect(() => gatesOf(turned, values.subarray(1))).toThrow(/has 9 parameters, 8 values are given/);
  });
});
