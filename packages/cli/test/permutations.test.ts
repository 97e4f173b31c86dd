import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@unbraid/kernels';
import { isPermutationOf, laperm, loadPermutations, savePermutations } from '@unbraid/laperm';
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  exportModel,
  fit,
  flatten,
  heUniform,
  initialize,
  predict,
  sequential,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import { exportOnnx, importOnnx, replaceHead } from '@unbraid/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.ts';

const start = { init: heUniform, bias: heUniform };
const made = sequential([
  conv2d({ channels: 1, filters: 4, kernel: 3, ...start }),
  batchNorm({ features: 4 }),
  activation('relu'),
  flatten(),
  dense(4 * 4 * 4, 3, start),
]);
const x = { data: createRandom(1).normal(new Float32Array(90 * 36)), rows: 90, cols: 36 };
const y = Int32Array.from(
  { length: 90 },
  (_, row) => (x.data[36 * row]! > 0 ? 1 : 0) + (x.data[36 * row + 1]! > 1 ? 1 : 0),
);
const skip = (_: string, { shape }: { readonly shape: readonly number[] }) => shape.length === 1;
const tuning = {
  loss: softmaxCrossEntropy,
  data: { x, y },
  optimizer: laperm({ period: 3, skip }),
  learningRate: 0.01,
  epochs: 4,
};

let folder: string;
let original: string;
const inFolder = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unbraid-permutations-'));
  original = inFolder('original.onnx');
  writeFileSync(original, exportModel(made, initialize(made, 1), { inputShape: [1, 6, 6] }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tuned() {
  const model = await importOnnx(original);
  const { params } = await fit({ model, ...tuning });
  return { model, params, initial: initialize(model, 0) };
}

describe('permutation checkpoints of imported models', () => {
  it('are bound to the file, hold what has changed, and come back bit for bit', async () => {
    const { model, params, initial } = await tuned();
    expect(isPermutationOf(model, initial, params, skip)).toBe(true);
    expect(params).not.toEqual(initial);
    const path = inFolder('tuned.perm');
    await savePermutations({ model, params, skip, original }, path);
    expect(await loadPermutations(path, { model: await importOnnx(original), original })).toEqual(params);
    expect(await loadPermutations(path, { model: await importOnnx(original) })).toEqual(params);
  });

  it('of another file are refused, and those of a drawn network', async () => {
    const { model, params } = await tuned();
    const [path, other] = [inFolder('tuned.perm'), inFolder('other.onnx')];
    await savePermutations({ model, params, skip, original }, path);
    writeFileSync(other, exportModel(made, initialize(made, 2), { inputShape: [1, 6, 6] }));
    await expect(loadPermutations(path, { model: await importOnnx(other), original: other })).rejects.toThrow(
      /^laperm: .*tuned\.perm is of the file with the SHA-256 [0-9a-f]{64}, and this one has [0-9a-f]{64}; give it that file$/,
    );
    await expect(loadPermutations(path, { model: await importOnnx(other) })).rejects.toThrow(
      'is of a model whose first parameters are those of the file with the SHA-256',
    );
    await savePermutations({ model, params, skip }, path);
    await expect(loadPermutations(path, { model, original })).rejects.toThrow(
      'is of a network that was drawn, not of a file; leave original out',
    );
    await expect(savePermutations({ model, params, skip, original: inFolder('none') }, path)).rejects.toThrow(
      'laperm: cannot read the original file: ENOENT',
    );
  });

  it('take a new head as it is, and nothing for what was not trained', async () => {
    const model = replaceHead(await importOnnx(original), dense(64, 2), { seed: 3 });
    const body = Object.keys(model.params).filter((name) => !name.startsWith('head'));
    const headAlone = (path: string) => path.startsWith('head');
    const labels = y.map((label) => Math.min(1, label));
    const optimizer = laperm({ period: 3, skip: (path, spec) => headAlone(path) || skip(path, spec) });
    const { params } = await fit({ model, ...tuning, data: { x, y: labels }, optimizer });
    const path = inFolder('head.perm');
    await savePermutations(
      { model, params, skip: (each, spec) => headAlone(each) || skip(each, spec), original },
      path,
    );
    expect(await loadPermutations(path, { model, original })).toEqual(params);
    // With the body as at first, only the head's 130 numbers are stored, beside names and shapes.
    const frozen = params.slice();
    let at = 0;
    for (const [name, { shape }] of Object.entries(model.params)) {
      const size = shape.reduce((product, d) => product * d, 1);
      if (body.includes(name)) frozen.set(initialize(model, 0).subarray(at, at + size), at);
      at += size;
    }
    await savePermutations({ model, params: frozen, skip: headAlone, original }, path);
    expect(readFileSync(path).length).toBeLessThan(4 * 130 + 700);
    expect(await loadPermutations(path, { model, original })).toEqual(frozen);
  });
});

describe('unbraid permutations', () => {
  it('saves a fine-tuned file against its original, and makes it again', async () => {
    const { model, params } = await tuned();
    const [after, saved, again] = ['tuned.onnx', 'tuned.perm', 'again.onnx'].map(inFolder) as [string, string, string];
    writeFileSync(after, exportOnnx(model, params));
    const { code, stdout } = await call(['permutations', 'save', original, after, '--out', saved, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      bytes: readFileSync(saved).length,
      parameters: params.length,
      permuted: 2,
    });
    expect((await call(['permutations', 'load', original, saved, '--out', again])).code).toBe(0);
    expect(initialize(await importOnnx(again), 0)).toEqual(params);
    const outputs = async (path: string) => {
      const loaded = await importOnnx(path);
      return (await predict(loaded, initialize(loaded, 0), x)).data;
    };
    expect(await outputs(again)).toEqual(await outputs(after));
  });

  it('says in one line what doesn’t fit', async () => {
    const other = inFolder('narrow.onnx');
    const narrow = dense(36, 3);
    writeFileSync(other, exportModel(narrow, initialize(narrow, 1)));
    const { code, stderr } = await call(['permutations', 'save', original, other, '--out', inFolder('no.perm')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^unbraid: permutations: .*narrow\.onnx is another model than .*original\.onnx: parameter 1 is .*\n$/,
    );
    const loaded = await call(['permutations', 'load', original, original, '--out', inFolder('no.onnx')]);
    expect(loaded.stderr).toMatch(
      /^unbraid: laperm: .*original\.onnx is not a permutation checkpoint; it begins with other bytes\n$/,
    );
    expect((await call(['permutations', 'load', original])).code).toBe(2);
  });
});
