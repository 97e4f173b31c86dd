import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import type { RunRow } from '../api.ts';
import { localWorkers } from './local-workers.ts';

const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();

function runWith(text: string, status: RunRow['status'] = 'running') {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'workers.json'), text);
  return { id: 'a', directory, row: { status } as RunRow };
}

const two = JSON.stringify({
  machine: 'here',
  workers: [
    { process: 7, threads: 2, began: ago(100), since: ago(20), heard: ago(3), unit: 'fold 1', done: 4, seconds: 80 },
    { process: 8, threads: 1, began: ago(10), heard: ago(10), done: 0, seconds: 0 },
  ],
});

it('tells who does units of a run that goes on, by the times that its directory tells', async () => {
  const { workers, age } = await localWorkers(runWith(two));
  expect(age).toBe(0);
  expect(workers).toMatchObject([
    { id: '7', machine: 'here', process: 7, cores: 2, state: 'working', done: 4, failed: 0, secondsPerUnit: 20 },
    { id: '8', machine: 'here', process: 8, cores: 1, state: 'free', active: [], done: 0 },
  ]);
  expect(workers[0]!.active).toEqual([{ key: 'fold 1', seconds: expect.closeTo(20, 0) }]);
  expect(workers[0]!.heard).toBeCloseTo(3, 0);
  expect(workers[0]!.unitsPerHour).toBeCloseTo(144, 0);
  expect(workers[1]).not.toHaveProperty('unitsPerHour');
});

it('tells of nobody where the run does not go on, or what is told can not be understood', async () => {
  for (const run of [runWith(two, 'killed'), runWith(two, 'done'), runWith('{')])
    expect(await localWorkers(run)).toEqual({ workers: [], age: 0 });
});

it('tells of times before now, whatever a machine’s clock says', async () => {
  const ahead = { process: 7, threads: 1, began: ago(-50), heard: 'yesterday', done: 1, seconds: 1 };
  const { workers } = await localWorkers(runWith(JSON.stringify({ machine: 'there', workers: [ahead] })));
  expect(workers).toMatchObject([{ heard: 0, secondsPerUnit: 1 }]);
  expect(workers[0]).not.toHaveProperty('unitsPerHour');
});
