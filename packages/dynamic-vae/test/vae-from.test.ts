import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix, type Matrix } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  initialize,
  predict,
  sequential,
  unflatten,
} from '@unbraid/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  type Column,
  columnWidth,
  createVae,
  decode,
  decodeVae,
  denseNetworks,
  encode,
  encodeVae,
  evaluateVae,
  exportVae,
  fitVae,
  imageNetworks,
  loadVae,
  sample,
  saveVae,
  signalNetworks,
  traverse,
  type Vae,
  type VaeFromOptions,
  vaeFrom,
} from '../src/index.ts';
import { memoryCheckpoint } from './memory-checkpoint.ts';
import { sameNumbers } from './same-numbers.ts';

const runtime = nodeRuntime({ threads: 1 });
const folder = mkdtemp(join(tmpdir(), 'unbraid-vae-from-'));
afterAll(async () => rm(await folder, { recursive: true }));

const columns: readonly Column[] = [
  { kind: 'gaussian' },
  { kind: 'categorical', categories: 3 },
  { kind: 'bernoulli' },
];

/** A kind decides all of a row: where its quantity lies, and its chance. */
function tableOf(count: number): Matrix {
  const random = createRandom(4);
  const rows = Array.from({ length: count }, () => {
    const kind = random.int(3);
    return [2 * kind - 2 + 0.1 * random.normal(new Float32Array(1))[0]!, kind, Number(kind === 1)];
  });
  return createMatrix(count, 3, Float32Array.from(rows.flat()));
}

const tableVae = (hidden = [32]) =>
  vaeFrom({
    input: { columns },
    ...denseNetworks({ inputs: columnWidth(columns), latent: 2, hidden }),
  });

const spread = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, one) => Math.max(most, one), 0);

describe('a VAE of a table', () => {
  it('learns what belongs together, and gives rows in the form in which it takes them', async () => {
    const [vae, data] = [tableVae(), tableOf(300)];
    const fitted = await fitVae({
      vae,
      data,
      objective: { name: 'beta', beta: 0.5 },
      steps: 400,
      batchSize: 50,
      learningRate: 1e-2,
      seed: 2,
      runtime,
    });
    const { mean } = await encode(fitted, data, { runtime });
    const decoded = await decode(fitted, mean, { runtime });
    expect([decoded.rows, decoded.cols]).toEqual([300, 3]);
    const wrong = Array.from({ length: 300 }, (_, i) => Number(decoded.data[3 * i + 1] !== data.data[3 * i + 1]));
    expect(wrong.reduce((sum, one) => sum + one, 0)).toBeLessThan(15);
    const drawn = await sample(fitted, 50, { seed: 1, runtime });
    expect(drawn.data.every((value, i) => i % 3 !== 1 || [0, 1, 2].includes(value))).toBe(true);
    expect(drawn.data.every((value, i) => i % 3 !== 2 || (value >= 0 && value <= 1))).toBe(true);
    const { reconstruction } = await evaluateVae(fitted, data, { seed: 1, runtime });
    const untrained = await evaluateVae({ vae, params: initialize(vae, 2) }, data, { seed: 1, runtime });
    expect(reconstruction).toBeLessThan(0.5 * untrained.reconstruction);
  });

  it('refuses numbers that a column cannot have, at the place', async () => {
    const trained = { vae: tableVae(), params: initialize(tableVae(), 0) };
    await expect(encode(trained, [[0, 3, 0]], { runtime })).rejects.toThrow(
      'dynamic-vae: rows: row 0, column 1 (counted from 0) is 3; a category from 0 to 2 is needed',
    );
    await expect(encode(trained, [[0, 1, 2]], { runtime })).rejects.toThrow('column 2 (counted from 0) is 2; a number');
    await expect(encode(trained, [[0, 1]], { runtime })).rejects.toThrow(
      'dynamic-vae: rows have 2 entries each, the model takes rows of 3',
    );
  });

  it('is a pair of ONNX models that take raw columns', async () => {
    const vae = tableVae();
    const trained = { vae, params: initialize(vae, 5) };
    const data = tableOf(4);
    const files = exportVae(trained);
    const [encoder, decoder] = await Promise.all(
      [files.encoder, files.decoder].map((file) => InferenceSession.create(file)),
    );
    const told = await encoder!.run({ rows: new Tensor('float32', data.data, [4, 3]) });
    const { mean } = await encode(trained, data, { runtime });
    expect(spread(told.mean!.data as Float32Array, mean.data)).toBeLessThan(1e-5);
    const given = await decoder!.run({ codes: new Tensor('float32', mean.data, [4, 2]) });
    expect(given.outputs!.dims).toEqual([4, columnWidth(columns)]);
    expect(spread(given.rows!.data as Float32Array, (await decode(trained, mean, { runtime })).data)).toBeLessThan(
      1e-5,
    );
  });
});

describe('images of any sides', () => {
  const sides = { channels: 3, height: 12, width: 21 };
  const pixels = 3 * 12 * 21;

  it('go through the paper’s network, whatever can’t be halved', async () => {
    const vae = vaeFrom({
      input: sides,
      ...imageNetworks(sides, 4),
      likelihood: { name: 'gaussian', variance: 'optimal' },
    });
    const images = createMatrix(6, pixels, createRandom(1).uniform(new Float32Array(6 * pixels)));
    const fitted = await fitVae({ vae, images, objective: { name: 'vae' }, steps: 3, batchSize: 4, seed: 1, runtime });
    const { mean, logVariance } = await encode(fitted, images, { runtime });
    expect([mean.cols, logVariance.cols]).toEqual([4, 4]);
    const decoded = await decode(fitted, mean, { runtime });
    expect([decoded.rows, decoded.cols]).toEqual([6, pixels]);
    expect((await traverse(fitted, [0, 0, 0, 0], { latents: [1], values: [0, 1, 2], runtime })).rows).toBe(3);
  });

  it('at 64 × 64 have the network of createVae', () => {
    const image = { channels: 1, height: 64, width: 64 };
    const ours = vaeFrom({ input: image, ...imageNetworks(image, 10) });
    const papers = createVae({ image: { channels: 1, size: 64 } });
    expect(sameNumbers(initialize(ours, 1), initialize(papers, 1))).toBe(true);
  });

  it('reach an encoder that takes images and not rows, with batch normalization and dropout', async () => {
    const encoder = sequential([
      conv2d({ channels: 3, filters: 4, kernel: 3, stride: 2 }),
      batchNorm({ features: 4 }),
      activation('relu'),
      dropout(0.2),
      globalAveragePool(),
      dense(4, 4),
    ]);
    const decoder = sequential([dense(2, pixels), unflatten([3, 12, 21])]);
    const vae = vaeFrom({ encoder, decoder, input: sides });
    const images = createMatrix(8, pixels, createRandom(2).uniform(new Float32Array(8 * pixels)));
    const options = { vae, images, objective: { name: 'vae' }, steps: 6, batchSize: 4, seed: 3, runtime } as const;
    const whole = await fitVae(options);
    expect(whole.params[placeOf(vae, 'encoder.1.mean')]).not.toBe(0);
    expect(whole.params[placeOf(vae, 'encoder.1.variance')]).not.toBe(1);
    const checkpoint = memoryCheckpoint(2);
    const abort = new AbortController();
    const stopped = fitVae({
      ...options,
      checkpoint,
      signal: abort.signal,
      onStep: ({ step }) => step === 4 && abort.abort(new Error('stop')),
    });
    await expect(stopped).rejects.toThrow('stop');
    expect((await fitVae({ ...options, checkpoint })).params).toEqual(whole.params);
  });
});

/** Where a parameter begins. */
const placeOf = ({ params }: Vae, path: string): number =>
  layoutOf(params, 'params').leaves.find((leaf) => leaf.path === path)!.offset;

describe('vectors', () => {
  it('of the length of a sound go through convolutions over time', async () => {
    const length = 1000;
    const vae = vaeFrom({
      input: { length },
      ...signalNetworks({ length }, 3),
      likelihood: { name: 'gaussian', variance: 'learnt' },
    });
    const data = createMatrix(6, length, createRandom(5).normal(new Float32Array(6 * length)));
    const fitted = await fitVae({ vae, data, objective: { name: 'vae' }, steps: 2, batchSize: 3, runtime });
    const { mean } = await encode(fitted, data, { runtime });
    expect((await decode(fitted, mean, { runtime })).cols).toBe(length);
    await expect(encode(fitted, createMatrix(1, 999), { runtime })).rejects.toThrow('the model takes rows of 1000');
    data.data[1003] = Number.NaN;
    await expect(encode(fitted, data, { runtime })).rejects.toThrow('row 1, column 3');
  });

  it('have a learnt σ that comes to the deviation of what cannot be told', async () => {
    const vae = vaeFrom({
      input: { length: 4 },
      encoder: dense(4, 2),
      decoder: dense(1, 4),
      likelihood: { name: 'gaussian', variance: 'learnt' },
    });
    const data = createMatrix(256, 4, createRandom(6).normal(new Float32Array(1024), 1, 0.2));
    const options = { vae, data, batchSize: 128, learningRate: 0.02, seed: 1, runtime } as const;
    const { params } = await fitVae({ ...options, objective: { name: 'beta', beta: 10 }, steps: 500 });
    expect(Math.exp(params.at(-1)!)).toBeGreaterThan(0.17);
    expect(Math.exp(params.at(-1)!)).toBeLessThan(0.23);
  });
});

describe('quantized latents', () => {
  const vae = vaeFrom({
    input: { length: 6 },
    ...denseNetworks({ inputs: 6, latent: 3, hidden: [8], perLatent: 1 }),
    values: 4,
  });
  const data = createMatrix(32, 6, createRandom(7).normal(new Float32Array(192)));

  it('are values of their own codebooks in codes, samples and traversals', async () => {
    const objective = { name: 'quantized' } as const;
    const fitted = await fitVae({ vae, data, objective, steps: 30, batchSize: 16, learningRate: 1e-2, runtime });
    const { codes, kl } = await evaluateVae(fitted, data, { runtime });
    expect(kl.total).toBeCloseTo(3 * Math.log(4), 10);
    const books = [0, 1, 2].map((j) => fitted.params.slice(-12).slice(4 * j, 4 * j + 4));
    codes.mean.data.forEach((value, i) => {
      expect(spread([Math.min(...books[i % 3]!.map((one) => Math.abs(one - value)))], [0])).toBeLessThan(1e-6);
    });
    expect((await traverse(fitted, codes.mean.data.subarray(0, 3), { runtime })).rows).toBe(12);
    expect((await sample(fitted, 5, { seed: 2, runtime })).rows).toBe(5);
  });

  it('shrink weights and leave biases to the gradient', async () => {
    const fit = (weightDecay: number) =>
      fitVae({
        vae,
        data,
        objective: { name: 'quantized', weightDecay },
        steps: 1,
        batchSize: 16,
        learningRate: 0.1,
        runtime,
      });
    const [plain, decayed] = [await fit(0), await fit(1)];
    const first = await fitVae({ vae, data, objective: { name: 'quantized' }, steps: 1, learningRate: 1e-20, runtime });
    // The first weight moves by the same gradient, from nine tenths of where it was; the first bias is the last of 6 × 8 weights' neighbour.
    expect(plain.params[0]! - decayed.params[0]!).toBeCloseTo(0.1 * first.params[0]!, 5);
    expect(plain.params[48]).toBe(decayed.params[48]);
  });

  it('and their objective come together', async () => {
    await expect(fitVae({ vae, data, objective: { name: 'vae' }, steps: 1, runtime })).rejects.toThrow(
      'dynamic-vae: the objective vae is for latents that aren\'t quantized; take "quantized"',
    );
    const plain = tableVae();
    await expect(
      fitVae({ vae: plain, data: tableOf(4), objective: { name: 'quantized' }, steps: 1, runtime }),
    ).rejects.toThrow('dynamic-vae: the objective quantized is for quantized latents; give vaeFrom values');
  });
});

it('a saved one loads into its network, and into no other', async () => {
  const vae = tableVae();
  const trained = { vae, params: initialize(vae, 9) };
  const path = join(await folder, 'table.safetensors');
  await saveVae(trained, path);
  expect((await loadVae(path, { vae })).params).toEqual(trained.params);
  await expect(loadVae(path)).rejects.toThrow('has the parameters of a network of your own');
  const other = vaeFrom({ input: { length: 5 }, ...denseNetworks({ inputs: 5, latent: 2, hidden: [32] }) });
  expect(() => decodeVae(encodeVae(trained), { vae: other })).toThrow(
    'the saved VAE is of other data: its input is {"columns":',
  );
});

it('as a model of nn it gives what decode gives of mean codes', async () => {
  const vae = tableVae();
  const params = initialize(vae, 3);
  const { mean } = await encode({ vae, params }, tableOf(5), { runtime });
  const decoded = await decode({ vae, params }, mean, { runtime });
  expect(spread((await predict(vae, params, tableOf(5), { runtime })).data, decoded.data)).toBeLessThan(1e-6);
});

const options = { input: { length: 4 }, encoder: dense(4, 6), decoder: dense(3, 4) } as const;
test.each([
  ["vaeFrom's encoder doesn't take rows of 4 numbers", { encoder: dense(5, 6) }],
  ["vaeFrom's encoder gives [2, 5] for 2 rows; [rows, 2 · latent] is needed", { encoder: dense(4, 5) }],
  ["vaeFrom's decoder doesn't take codes of the encoder's 3 latents", { decoder: dense(2, 4) }],
  ["vaeFrom's decoder gives [2, 5] for 2 codes; 4 numbers a row are needed", { decoder: dense(3, 5) }],
  ["vaeFrom's values is 1; an integer of at least 2 is needed", { encoder: flatten(), values: 1 }],
  [
    "vaeFrom's likelihood is given, but a table's columns have their own",
    { input: { columns }, likelihood: 'gaussian' },
  ],
  [
    "vaeFrom's likelihood's variance is -1; a finite number above 0",
    { likelihood: { name: 'gaussian', variance: -1 } },
  ],
  ['vaeFrom\'s likelihood\'s name is "laplace"; "bernoulli", "gaussian"', { likelihood: 'laplace' as 'gaussian' }],
  ["vaeFrom's input", { input: { columns: [] } }],
] as [string, Partial<VaeFromOptions>][])('is refused: %s', (message, given) => {
  expect(() => vaeFrom({ ...options, ...given })).toThrow(`dynamic-vae: ${message}`);
});

test('sizes that networks are not for are refused', () => {
  expect(() => imageNetworks({ channels: 1, height: 7, width: 64 }, 3)).toThrow(
    'dynamic-vae: imageNetworks takes images of 8 × 8 pixels or more, these are 7 × 64; take denseNetworks',
  );
  expect(() => signalNetworks({ length: 15 }, 3)).toThrow('signalNetworks takes 16 samples or more, these are 15');
});

test('β-TCVAE needs to know how many rows there are, and takes no batch beyond them', async () => {
  const vae = vaeFrom(options);
  const shared = { vae, steps: 1, batchSize: 8, runtime } as const;
  const drawn = (batch: Float32Array) => void batch.fill(0.5);
  await expect(fitVae({ ...shared, data: drawn, objective: { name: 'tc' } })).rejects.toThrow('give it count');
  const few = createMatrix(3, 4);
  for (const estimator of ['weighted', 'stratified'] as const) {
    const objective = { name: 'tc', estimator } as const;
    const refused = (given: object) => expect(fitVae({ ...shared, data: few, objective, ...given })).rejects;
    await refused({}).toThrow('batches no larger than the data; there are 8 rows of 3');
    await refused({ batchSize: 3, objective: { ...objective, count: 2 } }).toThrow('there are 3 rows of 2');
  }
  const single = { name: 'tc', estimator: 'stratified' } as const;
  await expect(fitVae({ ...shared, batchSize: 1, data: few, objective: single })).rejects.toThrow('at least 2 rows');
});
