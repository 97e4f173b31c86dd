import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openRunCopy, readConfig, readOutputs, readState } from '../src/directory/index.ts';
import { DamagedError, defineExperiment, startRun } from '../src/index.ts';
import { temporaryFolder } from './folders.ts';

const experiment = defineExperiment({
  name: 'test/copied',
  title: 'Copied',
  paper: 'none',
  description: 'Logs, and makes a table and a file in each unit.',
  settings: z.object({ n: z.int().default(3).describe('Units') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { n: 'Units' },
  async run({ settings, unit, log, table, artifact }) {
    for (let i = 0; i < settings.n; i++)
      await unit(`unit ${i}`, async () => {
        log({ i });
        log({ i, loss: Number.NaN });
        table(`t${i}`, { title: 'T', columns: ['i'], rows: [[i]] });
        await artifact(`a${i}`, Uint8Array.of(i));
        return i;
      });
    return { n: settings.n };
  },
});

const linesOf = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');

async function original(seed = 0) {
  const directory = join(temporaryFolder(), 'run');
  await startRun(experiment, { preset: 'smoke', seed, directory });
  const checkpoints = join(directory, 'checkpoints');
  const files = readdirSync(checkpoints).sort();
  return { directory, files, bytes: await Promise.all(files.map((name) => readFile(join(checkpoints, name)))) };
}

it('a copy that gets all units in their order has the lines, times and tables of the run, and none of its files', async () => {
  const { directory, bytes, files } = await original();
  const copied = join(temporaryFolder(), 'copy');
  const copy = await openRunCopy(copied, await readConfig(directory), { checkpoints: true });
  for (const each of bytes) expect(await copy.add(each)).toEqual({ lines: 2, outputs: 1 });
  await copy.flush({ status: 'running', seconds: 4 });
  copy.close();
  for (const name of ['metrics.jsonl', 'timeline.jsonl'])
    expect(linesOf(copied, name)).toEqual(linesOf(directory, name));
  const outputs = await readOutputs(directory);
  expect(await readOutputs(copied)).toEqual({ ...outputs, artifacts: [] });
  expect(existsSync(join(copied, 'artifacts'))).toBe(false);
  expect(await readConfig(copied)).toEqual(await readConfig(directory));
  expect(await readState(copied)).toMatchObject({ status: 'running', seconds: 4 });
  expect(readdirSync(join(copied, 'checkpoints')).sort()).toEqual(files);
});

it('a copy puts units behind one another as they come, and takes none of another run, and nothing damaged', async () => {
  const { directory, bytes } = await original();
  const other = await original(1);
  const copied = join(temporaryFolder(), 'copy');
  const copy = await openRunCopy(copied, await readConfig(directory));
  await copy.add(bytes[2]!);
  await expect(copy.add(other.bytes[0]!)).rejects.toThrow('is none of the units of this run');
  await expect(copy.add(other.bytes[0]!)).rejects.toBeInstanceOf(DamagedError);
  const damaged = Buffer.from(bytes[1]!);
  damaged[damaged.length - 1]! ^= 1;
  await expect(copy.add(damaged)).rejects.toThrow(/checksum/);
  await expect(copy.add(damaged)).rejects.toBeInstanceOf(DamagedError);
  await copy.add(bytes[0]!);
  copy.close();
  expect(linesOf(copied, 'metrics.jsonl').map((line) => JSON.parse(line).i)).toEqual([2, 2, 0, 0]);
  expect(readdirSync(join(copied, 'checkpoints'))).toEqual([]);
});
