import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { graph } from './benches/graph.ts';
import { tables } from './benches/tables.ts';
import { thisMachine } from './machine.ts';
import { type Result, writeResult } from './report.ts';
import { putTogether } from './together.ts';

const score = (table: string, ours: number) => ({
  row: `${table}: score`,
  peer: 'RidgeCV',
  unit: 'R²',
  ...{ ours, theirs: 0.5, ratio: ours / 0.5, goal: 1 },
});

const part = (only: string, date: string, ours: number, before: number): Result => ({
  ...{ name: 'tables', only, date, machine: thisMachine() },
  load: { before, after: 1 },
  rows: tables.together!([[score(only, ours)]]),
});

const folderOf = async (...results: readonly Result[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-bench-'));
  for (const result of results) await writeResult(folder, result);
  return folder;
};

it('puts parts together as one, with totals of all, and says what it is made of', async () => {
  const [later, earlier] = [part('auto', '2026-02', 0.7, 0.1), { ...part('ames', '2026-01', 0.4, 0.9), runs: 1 }];
  const { only: _, ...whole } = part('old', '2025', 0.9, 0);
  const folder = await folderOf(later, earlier, whole);
  const result = await putTogether(tables, folder);
  expect(result).toMatchObject({ name: 'tables', date: '2026-02', load: { before: 0.9, after: 1 } });
  expect(result.rows.map(({ row, ours }) => [row, ours])).toEqual([
    ['ames: score', 0.4],
    ['auto: score', 0.7],
    ['tables where the score is at least the linear model’s', 1],
  ]);
  await writeResult(folder, result);
  expect(await putTogether(tables, folder)).toEqual(result);
  const text = await readFile(join(folder, 'tables.md'), 'utf8');
  expect(text).toContain('`npm run bench -- tables --together`, 2026-02');
  expect(text).toContain('- `npm run bench -- tables --only "ames" --runs 1`, 2026-01, load 0.9 before the start');
  expect(text).toContain('the largest of the parts: 0.9 before the start; 1 after the end');
});

it('refuses what can not be put together', async () => {
  const one = part('auto', '2026-02', 0.7, 0.1);
  const other = { ...part('ames', '2026-02', 0.7, 0.1), machine: { ...thisMachine(), node: '1.0.0' } };
  await expect(putTogether(graph, await folderOf())).rejects.toThrow('bench: graph is not put together of parts');
  await expect(putTogether(tables, await folderOf())).rejects.toThrow('bench: there are no parts of tables');
  await expect(putTogether(tables, await folderOf(one, other))).rejects.toThrow('are of different machines');
});
