import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sectorNet, sectors } from '../../test/problems.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import {
  adamW,
  dense,
  type FitOptions,
  fileCheckpoint,
  fit,
  loadModel,
  saveModel,
  softmaxCrossEntropy,
} from '../index.ts';

test('a model is written to a file, and nothing else is left in its folder', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'model.safetensors');
  const params = Float32Array.of(1, 2, 3, 4, 5, 6);
  await saveModel(path, { model: dense(2, 2), params, classes: ['a', 'b'] });
  expect(readdirSync(folder)).toEqual(['model.safetensors']);
  const { model: _, ...rest } = await loadModel(path);
  expect(rest).toEqual({ params, classes: ['a', 'b'] });
});

test('files that are missing, no models, or in no folder are named', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'model.safetensors');
  await expect(loadModel(path)).rejects.toThrow(`nn: cannot read ${path}: there is no such file`);
  writeFileSync(path, 'no tensors');
  await expect(loadModel(path)).rejects.toThrow(`nn: ${path} is not a safetensors file`);
  const nowhere = join(folder, 'none', 'model.safetensors');
  await expect(saveModel(nowhere, { model: dense(1, 1), params: new Float32Array(2) })).rejects.toThrow(
    `nn: cannot write ${nowhere}: the folder ${join(folder, 'none')} does not exist; create it first`,
  );
});

const options: FitOptions = {
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  validation: sectors(40, 2),
  optimizer: adamW(),
  batchSize: 32,
  epochs: 4,
};

test('a fit that is interrupted goes on from its file with the same numbers', async () => {
  const path = join(temporaryFolder(), 'fit.safetensors');
  const { seconds: _, stepsPerSecond: __, ...whole } = await fit(options);
  for (const stop of [5, 10]) {
    const controller = new AbortController();
    const onStep = ({ step }: { step: number }) => void (step === stop && controller.abort(new Error('Ctrl-C')));
    const checkpoint = fileCheckpoint(path, { everyEpochs: 2 });
    await expect(fit({ ...options, checkpoint, signal: controller.signal, onStep })).rejects.toThrow('Ctrl-C');
  }
  const { seconds, stepsPerSecond, ...resumed } = await fit({ ...options, checkpoint: fileCheckpoint(path) });
  expect(resumed).toEqual(whole);
  await expect(fit({ ...options, seed: 1, checkpoint: fileCheckpoint(path) })).rejects.toThrow(
    'nn: the checkpoint is of another fit: its seed is 0',
  );
});

test('a file that is no checkpoint is refused, with its name', async () => {
  const path = join(temporaryFolder(), 'fit.safetensors');
  await saveModel(path, { model: dense(1, 1), params: new Float32Array(2) });
  await expect(fit({ ...options, checkpoint: fileCheckpoint(path) })).rejects.toThrow(
    `nn: ${path} is no checkpoint of a fit (format "unbraid-nn-1", expected unbraid-fit-1)`,
  );
  writeFileSync(path, 'half');
  await expect(fit({ ...options, checkpoint: fileCheckpoint(path) })).rejects.toThrow(
    `nn: ${path} is not a safetensors`,
  );
  expect(() => fileCheckpoint('')).toThrow('nn: a file\'s path is needed, got ""');
  expect(() => fileCheckpoint(path, { everyEpochs: 0 })).toThrow("nn: fileCheckpoint's everyEpochs is 0");
});
