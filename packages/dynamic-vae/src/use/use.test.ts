import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix, drawSprites, readSafetensors, writeSafetensors } from '@unbraid/data';
import { slice } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { applyModel, dense, initialize, predict } from '@unbraid/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { sameNumbers } from '../../test/same-numbers.ts';
import { klDivergence } from '../metrics/kl.ts';
import { createVae } from '../vae/create-vae.ts';
import type { Vae } from '../vae/vae.ts';
import { decode, drawCodes, sample } from './decode.ts';
import { encode } from './encode.ts';
import { evaluateVae } from './evaluate.ts';
import { loadVae, saveVae, saveVaeOnnx } from './files.ts';
import { traverse } from './traverse.ts';

const runtime = nodeRuntime({ threads: 1 });
const vae = createVae({ image: { channels: 1, size: 32 }, latent: 3 });
const trained = { vae, params: initialize(vae, 1) };
const images = createMatrix(5, vae.pixels, drawSprites([1, 100_000, 250_000, 500_000, 700_000], 32));
const folder = mkdtemp(join(tmpdir(), 'unbraid-vae-'));
afterAll(async () => rm(await folder, { recursive: true }));
const file = async (name: string) => join(await folder, name);

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, one) => Math.max(most, one), 0);

describe('encode and decode', () => {
  it('one after the other are the model, whatever the number of rows at a time', async () => {
    const { mean, logVariance } = await encode(trained, images, { runtime });
    expect([mean.rows, mean.cols, logVariance.rows, logVariance.cols]).toEqual([5, 3, 5, 3]);
    const decoded = await decode(trained, mean, { runtime, batchSize: 2 });
    const whole = await predict(vae, trained.params, images, { runtime });
    expect(largestDifference(decoded.data, whole.data)).toBeLessThan(1e-5);
    expect(decoded.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('refuse what does not fit', async () => {
    const bad = createMatrix(1, vae.pixels, new Float32Array(vae.pixels).fill(1.5));
    await expect(encode(trained, bad, { runtime })).rejects.toThrow(
      'dynamic-vae: images must lie in [0, 1]; image 0, entry 0 (counted from 0) is 1.5',
    );
    await expect(encode(trained, createMatrix(1, 784), { runtime })).rejects.toThrow(
      'dynamic-vae: images have 784 entries each, the model takes images of 1 × 32 × 32, which are 1024',
    );
    await expect(decode(trained, createMatrix(1, 4), { runtime })).rejects.toThrow(
      'dynamic-vae: codes have 4 entries each, the model has 3 latents',
    );
    const short = { vae, params: trained.params.subarray(1) };
    await expect(encode(short, images, { runtime })).rejects.toThrow('parameters are given, the model has');
  });
});

it('drawn codes are the mean and noise of the deviation', () => {
  const codes = { mean: createMatrix(1, 2, Float32Array.of(5, -5)), logVariance: createMatrix(1, 2) };
  codes.logVariance.data.fill(-200);
  expect([...drawCodes(codes, createRandom(1)).data]).toEqual([5, -5]);
  codes.logVariance.data.fill(0);
  expect(drawCodes(codes, createRandom(1))).toEqual(drawCodes(codes, createRandom(1)));
  expect(drawCodes(codes, createRandom(1)).data[0]).not.toBe(5);
});

it('samples are images from the prior, the same for the same stream', async () => {
  const [once, again] = await Promise.all(
    [1, 1].map((seed) => sample(trained, 4, { seed: createRandom(seed), runtime })),
  );
  expect([once!.rows, once!.cols]).toEqual([4, vae.pixels]);
  expect(again).toEqual(once);
  await expect(sample(trained, 0, { seed: createRandom(1), runtime })).rejects.toThrow('0 samples were asked for');
});

describe('traverse', () => {
  it('varies one latent at a time', async () => {
    const code = [0.5, -1, 2];
    const grid = await traverse(trained, code, { latents: [2, 0], values: [2, 0.5], runtime });
    const expected = createMatrix(4, 3, Float32Array.of(0.5, -1, 2, 0.5, -1, 0.5, 2, -1, 2, 0.5, -1, 2));
    const { data } = await decode(trained, expected, { runtime });
    expect(largestDifference(grid.data, data)).toBeLessThan(1e-6);
  });

  it('refuses latents that there are not', async () => {
    await expect(traverse(trained, [0, 0, 0], { latents: [3], runtime })).rejects.toThrow(
      'dynamic-vae: there is no latent 3; they are counted from 0 to 2',
    );
    await expect(traverse(trained, [0], { runtime })).rejects.toThrow(
      'the code has 1 entries, the model has 3 latents',
    );
  });
});

it('evaluates both terms of the ELBO, of a Gaussian likelihood too', async () => {
  const { kl, codes, reconstruction } = await evaluateVae(trained, images, { seed: createRandom(1), runtime });
  expect(kl).toEqual(klDivergence(codes));
  expect(reconstruction).toBeGreaterThan(0);
  const gaussian = createVae({ image: { channels: 1, size: 32 }, latent: 3, likelihood: 'gaussian' });
  const other = await evaluateVae({ vae: gaussian, params: trained.params }, images, {
    seed: createRandom(1),
    runtime,
  });
  const decoded = await decode(trained, drawCodes(codes, createRandom(1)), { runtime });
  const squares = decoded.data.reduce((sum, value, i) => sum + (value - images.data[i]!) ** 2, 0);
  expect(other.reconstruction).toBeCloseTo(squares / 2 / images.rows, 3);
});

describe('a saved VAE', () => {
  it('loads as it was', async () => {
    const path = await file('vae.safetensors');
    await saveVae(trained, path);
    const loaded = await loadVae(path);
    expect(loaded.vae.settings).toEqual(vae.settings);
    expect(sameNumbers(loaded.params, trained.params)).toBe(true);
  });

  it('of another kind, or with other shapes, is refused', async () => {
    const other = await file('other.safetensors');
    await writeSafetensors(other, { a: { dtype: 'F32', shape: [1], data: new Float32Array(1) } });
    await expect(loadVae(other)).rejects.toThrow('is not a saved VAE (format missing, expected unbraid-vae-1)');
    const settings = JSON.stringify(vae.settings);
    const tensors = { 'encoder.1.weight': { dtype: 'F32', shape: [2], data: new Float32Array(2) } } as const;
    await writeSafetensors(other, tensors, { format: 'unbraid-vae-1', settings });
    await expect(loadVae(other)).rejects.toThrow('encoder.1.weight is [2], the network needs [32, 1, 4, 4]');
    await writeSafetensors(other, tensors, { format: 'unbraid-vae-1', settings: '{"image":' });
    await expect(loadVae(other)).rejects.toThrow(`dynamic-vae: ${other}: its settings can't be used`);
    await writeSafetensors(other, tensors, { format: 'unbraid-vae-1', settings: '{"image":{"channels":1,"size":9}}' });
    await expect(loadVae(other)).rejects.toThrow("createVae's image.size is 9");
    await writeFile(other, 'damaged');
    await expect(loadVae(other)).rejects.toThrow(other);
  });
});

describe('a saved VAE with values that are not finite', () => {
  it('is neither written nor read, and the message names the tensor and counts them', async () => {
    const params = trained.params.slice();
    params.fill(Number.NaN, 0, 3);
    await expect(saveVae({ vae, params }, await file('nan.safetensors'))).rejects.toThrow(
      'dynamic-vae: the vector of parameters has 3 NaN values',
    );
    const path = await file('nan.safetensors');
    await saveVae(trained, path);
    const { tensors, metadata } = await readSafetensors(path);
    (tensors['decoder.0.bias']!.data as Float32Array).fill(Number.NaN, 5, 7);
    await writeSafetensors(path, tensors, metadata);
    await expect(loadVae(path)).rejects.toThrow(
      `dynamic-vae: ${path}: decoder.0.bias has 2 NaN values, the first at entry 5 (counted from 0)`,
    );
  });
});

describe('a VAE with a network of its own', () => {
  const encoder = dense(1024, 6);
  const decoder = dense(3, 1024);
  const own: Vae = {
    ...vae,
    params: { encoder: encoder.params, decoder: decoder.params },
    encode(params, x) {
      const both = applyModel(encoder, (params as Record<string, unknown>).encoder, x);
      return { mean: slice(both, [0, 0], [undefined, 3]), logVariance: slice(both, [0, 3]) };
    },
    decode: (params, z) => applyModel(decoder, (params as Record<string, unknown>).decoder, z),
  };

  it('loads into that network, and says that it is needed', async () => {
    const path = await file('own.safetensors');
    const params = initialize(own, 3);
    await saveVae({ vae: own, params }, path);
    const loaded = await loadVae(path, { vae: own });
    expect(sameNumbers(loaded.params, params)).toBe(true);
    const codes = await encode(loaded, images, { runtime });
    expect(codes).toEqual(await encode({ vae: own, params }, images, { runtime }));
    await expect(loadVae(path)).rejects.toThrow(
      `dynamic-vae: ${path} has the parameters of a network of your own, which its settings don't describe; give it as the option vae`,
    );
    await expect(loadVae(path, { vae })).rejects.toThrow(
      'there is no tensor encoder.1.weight, which the network needs',
    );
  });
});

it('ONNX Runtime computes the same from the exported halves, for any batch', async () => {
  const paths = { encoder: await file('encoder.onnx'), decoder: await file('decoder.onnx') };
  await saveVaeOnnx(trained, paths);
  const [encoder, decoder] = await Promise.all(
    [paths.encoder, paths.decoder].map((path) => InferenceSession.create(path)),
  );
  // Of parameters that a file stores and doesn't read ONNX Runtime warns.
  for (const [half, other] of [
    ['encoder', 'decoder'],
    ['decoder', 'encoder'],
  ] as const) {
    const stored = await readFile(paths[half], 'latin1');
    expect(stored).toContain(`params.${half}.`);
    expect(stored).not.toContain(`params.${other}.`);
  }
  const { mean, logVariance } = await encode(trained, images, { runtime });
  const told = await encoder!.run({ images: new Tensor('float32', images.data, [5, 1, 32, 32]) });
  expect(largestDifference(told.mean!.data as Float32Array, mean.data)).toBeLessThan(1e-4);
  expect(largestDifference(told.logVariance!.data as Float32Array, logVariance.data)).toBeLessThan(1e-4);
  const decoded = await decoder!.run({ codes: new Tensor('float32', mean.data, [5, 3]) });
  expect(decoded.images!.dims).toEqual([5, 1, 32, 32]);
  const expected = await decode(trained, mean, { runtime });
  expect(largestDifference(decoded.images!.data as Float32Array, expected.data)).toBeLessThan(1e-4);
});
