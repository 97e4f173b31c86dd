import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkExperiment, startRun } from '@unbraid/experiment';
import { weightProfiles } from '@unbraid/laperm';
import {
  activation,
  conv2d,
  dense,
  exportModel,
  flatten,
  heUniform,
  initialize,
  saveModel,
  sequential,
  unflatten,
} from '@unbraid/nn';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { readNetwork } from './given-network.ts';
import { profiles } from './profiles.ts';

const newFolder = temporaryFolders();

it('is a well-formed experiment', () => expect(() => checkExperiment(profiles)).not.toThrow());

const model = sequential([
  unflatten([2, 5, 5]),
  conv2d({ channels: 2, filters: 4, kernel: 3, init: heUniform }),
  activation('relu'),
  flatten(),
  dense(36, 7, { init: heUniform }),
]);
const params = initialize(model, 3);

it('profiles of an ONNX file are those of the model that it was made of', async () => {
  const file = join(await newFolder(), 'net.onnx');
  await writeFile(file, exportModel(model, params));
  const { model: read, params: found } = await readNetwork(file, 'mlp');
  const facts = ({ neurons, length, sorted }: ReturnType<typeof weightProfiles>[number]) => ({
    neurons,
    length,
    sorted,
  });
  expect(weightProfiles(read, found).map(facts)).toEqual(weightProfiles(model, params).map(facts));
});

it('a network from a file is told layer by layer, and fresh weights are told to be uniform', async () => {
  const directory = await newFolder();
  const file = join(directory, 'net.safetensors');
  await saveModel(file, { model, params });
  const run = await startRun(profiles, { preset: 'smoke', overrides: { file }, seed: 1, directory: await newFolder() });
  if (run.status !== 'done') throw new Error(`the run is ${run.status}`);
  expect(run.summary).toMatchObject({ layers: 2, parameters: params.length, zeros: 0, test: 'NaN' });
  expect(run.summary.fromUniform).toBeLessThan(1.63);
  expect(Object.keys(run.summary).sort()).toEqual(Object.keys(profiles.summary).sort());
});

it('a network that Adam trained is no longer uniform', async () => {
  const run = await startRun(profiles, { preset: 'smoke', seed: 1, directory: await newFolder() });
  if (run.status !== 'done') throw new Error(`the run is ${run.status}`);
  expect(run.summary.fromUniform).toBeGreaterThan(1.63);
  expect(run.summary.test).toBeGreaterThan(50);
});

it('a file of another kind is refused', async () => {
  await expect(readNetwork('weights.bin', 'mlp')).rejects.toThrow(
    'laperm: weights.bin is of no kind that is read; give an .onnx, a .safetensors or an .h5 file',
  );
});
