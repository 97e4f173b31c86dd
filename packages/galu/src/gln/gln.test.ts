import { readFileSync } from 'node:fs';
import { encodeSafetensors } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../../test/fixture.ts';
import { decodeGln, encodeGln } from './codec.ts';
import { createGln, type Gln } from './gln.ts';

/** A network and what it was shown; `before` are NumPy's probabilities, `weights` what it ended with: `python/fixtures/galu_gln.py`. */
interface Learnt {
  readonly X: Stored;
  readonly labels: readonly number[];
  readonly normals: readonly Stored[];
  readonly offsets: readonly Stored[];
  readonly before: Stored;
  readonly weights: readonly Stored[];
}

interface Fixture {
  readonly inputs: number;
  readonly layers: readonly number[];
  readonly halfSpaces: number;
  readonly rate: number;
  readonly decayFrom: number;
  readonly epsilon: number;
  readonly bound: number;
  readonly binary: Learnt;
  readonly classes: Learnt;
}

const fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/galu-gln.json', import.meta.url), 'utf8'),
) as Fixture;

/** The fixture's network before it learns, by way of a file, since its half-spaces are NumPy's. */
function begun({ normals, offsets, weights }: Learnt, classes: number): Gln {
  const { inputs, layers, halfSpaces, rate, decayFrom, epsilon, bound } = fixture;
  const tensor = ({ shape }: Stored, data: ArrayLike<number>) => ({
    dtype: 'F32' as const,
    shape,
    data: Float32Array.from(data),
  });
  const tensors = weights.flatMap((weight, l) => [
    [`layers.${l}.normals`, tensor(normals[l]!, normals[l]!.data)] as const,
    [`layers.${l}.offsets`, tensor(offsets[l]!, offsets[l]!.data)] as const,
    [
      `layers.${l}.weights`,
      tensor(
        weight,
        weight.data.map(() => 1 / weight.shape.at(-1)!),
      ),
    ] as const,
  ]);
  const settings = {
    ...{ inputs, layers, classes, halfSpaces, offset: 0.5, base: 'logits', learningRate: rate, decayFrom, epsilon },
    weightBound: bound,
  };
  const metadata = { format: 'unbraid-gln-1', settings: JSON.stringify(settings), steps: '0' };
  return decodeGln(encodeSafetensors(Object.fromEntries(tensors), metadata));
}

describe.each([
  ['two classes', fixture.binary, 2],
  ['three classes', fixture.classes, 3],
] as const)('a network of %s', (_, learnt, classes) => {
  test('predicts each row and moves each weight as NumPy does', () => {
    const network = begun(learnt, classes);
    const x = matrix(learnt.X);
    const before = learnt.labels.flatMap((label, i) => [
      ...network.update(x.data.subarray(i * x.cols, (i + 1) * x.cols), label),
    ]);
    before.forEach((value, i) => void expect(value).toBeCloseTo(learnt.before.data[i]!, 5));
    network.layers.forEach(
      ({ weights }, l) => void expect(relativeError(weights, learnt.weights[l]!.data)).toBeLessThan(1e-5),
    );
    expect(network.steps).toBe(learnt.labels.length);
  });
});

/** Points in a square, and which of two diagonal quarters they are in: no linear model tells. */
function quarters(rows: number, seed: number) {
  const data = createRandom(seed).normal(new Float32Array(2 * rows));
  const y = Int32Array.from({ length: rows }, (_, i) => Number(data[2 * i]! * data[2 * i + 1]! > 0));
  return { x: { data, rows, cols: 2 }, y };
}

describe('a network that learns online', () => {
  const { x, y } = quarters(4000, 1);
  const held = quarters(1000, 2);
  const settings = { inputs: 2, layers: [20, 10], learningRate: 0.05 };

  test('tells what no linear model can after one pass, and predicts better as it goes', async () => {
    const network = createGln(settings);
    const chance = network.score(held.x, held.y);
    const first = await network.fit({ data: x.data.subarray(0, 800), cols: 2 }, y.subarray(0, 400));
    const rest = await network.fit({ data: x.data.subarray(800), cols: 2 }, y.subarray(400));
    expect(chance).toBeLessThan(0.6);
    expect(rest.logLoss).toBeLessThan(first.logLoss);
    expect(first.logLoss).toBeLessThan(1);
    expect(network.score(held.x, held.y)).toBeGreaterThan(0.93);
    expect(network.steps).toBe(4000);
  });

  test('goes on after a file as if there had been none', async () => {
    const [whole, half] = [createGln(settings), createGln(settings)];
    const part = { data: x.data.subarray(0, 400), cols: 2 };
    await whole.fit({ data: part.data.subarray(0, 200), cols: 2 }, y.subarray(0, 100));
    await half.fit({ data: part.data.subarray(0, 200), cols: 2 }, y.subarray(0, 100));
    const loaded = decodeGln(encodeGln(half));
    await whole.fit({ data: part.data.subarray(200), cols: 2 }, y.subarray(100, 200));
    await loaded.fit({ data: part.data.subarray(200), cols: 2 }, y.subarray(100, 200));
    expect(loaded.steps).toBe(200);
    expect(loaded.predict(held.x)).toEqual(whole.predict(held.x));
    expect(half.steps).toBe(100);
  });

  test('takes classes by name and gives them back', async () => {
    const names = ['cold', 'mild', 'warm'];
    const network = createGln({ inputs: 1, layers: [4], classes: names, learningRate: 0.1 });
    const rows = Array.from({ length: 600 }, (_, i) => [((i * 7) % 30) / 10 - 1.5]);
    const label = ([t]: readonly number[]) => names[t! < -0.5 ? 0 : t! < 0.5 ? 1 : 2]!;
    await network.fit(rows, rows.map(label), { epochs: 5 });
    expect(network.classify([[-1.3], [0], [1.3]])).toEqual(names);
    expect(network.score(rows, rows.map(label))).toBeGreaterThan(0.9);
    expect(network.update([1.2], 'warm')).toHaveLength(3);
  });

  test('weights and predictions stay within their bounds', async () => {
    const network = createGln({ ...settings, learningRate: 5, weightBound: 0.7, epsilon: 0.1 });
    await network.fit({ data: x.data.subarray(0, 400), cols: 2 }, y.subarray(0, 200));
    const weights = network.layers.flatMap((layer) => [...layer.weights]);
    expect(Math.max(...weights.map(Math.abs))).toBeCloseTo(0.7, 6);
    for (const p of network.predict(held.x).data) expect(p >= 0.0999 && p <= 0.9001).toBe(true);
  });

  test('mixes entries as probabilities where asked to', () => {
    const network = createGln({ inputs: 1, layers: [], halfSpaces: 1, base: 'probabilities', epsilon: 0.001 });
    // One neuron, half the sum of the logits of e/(1 + e) and of the entry.
    const expected = 1 / (1 + Math.exp(-(1 + Math.log(0.2 / 0.8)) / 2));
    expect(network.predict([[0.2]]).data[0]).toBeCloseTo(expected, 6);
    expect(network.predict([[0]]).data[0]).toBeCloseTo(1 / (1 + Math.exp(-(1 - Math.log(999)) / 2)), 6);
  });

  test('ends with the signal, and what it learnt stays', async () => {
    const network = createGln(settings);
    await expect(network.fit(x, y, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(network.steps).toBe(0);
  });
});

describe('what cannot be is refused', () => {
  const network = createGln({ inputs: 2, layers: [3] });

  test.each([
    [() => createGln({ inputs: 0, layers: [] }), /inputs is 0; an integer of at least 1/],
    [() => createGln({ inputs: 2, layers: [3], epsilon: 0.5 }), /epsilon is 0.5/],
    [() => createGln({ inputs: 2, layers: [3], classes: ['a', 'a'] }), /called alike/],
    [() => createGln({ inputs: 20_000, layers: [20_000], halfSpaces: 12 }), /weights are more than/],
    [() => network.predict([[1, 2, 3]]), /X has 3 columns, the network takes 2/],
    [() => network.update([1, Number.NaN], 1), /NaN/],
    [() => network.update([1, 2], 2), /y has 2 at row 0 .* the network has 2 classes/],
    [() => network.update([1, 2], 'warm'), /y has names/],
    [() => decodeGln(new Uint8Array(20)), /the saved network/],
  ])('case %#', (act, message) => expect(act).toThrow(message));

  test('files whose tensors are not the network of their settings', () => {
    const bytes = encodeGln(network);
    const other = encodeGln(createGln({ inputs: 2, layers: [4] }));
    expect(decodeGln(other).layers[0]!.shape.weights).toEqual([1, 4, 16, 3]);
    const text = new TextDecoder('latin1').decode(bytes);
    const damaged = Uint8Array.from(text.replace('\\"layers\\":[3]', '\\"layers\\":[4]'), (c) => c.charCodeAt(0));
    expect(() => decodeGln(damaged, 'mine')).toThrow(/mine is no gated linear network .* F32 \[4, 4, 2\]/);
  });
});
