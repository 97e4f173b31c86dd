import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Recording, recorder } from '../index.ts';
import { CartPole } from '../models/index.ts';
import { loadRecording, saveRecording } from './recording-file.ts';

it('keeps a recording as a file, which takes the place of another whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const made: Recording[] = [];
  const env = recorder(CartPole(), { onEpisode: (recording) => made.push(recording) });
  env.reset({ seed: 1 });
  while (!env.step(1)[2]);
  const path = join(folder, 'pole.episode');
  await writeFile(path, 'older');
  await expect(loadRecording(path)).rejects.toThrow(/^sim-env: recording: /);
  await saveRecording(made[0]!, path);
  expect(await loadRecording(path)).toEqual(made[0]);
  expect(await readdir(folder)).toEqual(['pole.episode']);
  await expect(saveRecording(made[0]!, join(folder, 'nowhere', 'x'))).rejects.toThrow('ENOENT');
});
