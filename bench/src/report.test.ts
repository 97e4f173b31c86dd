import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisMachine } from './machine.ts';
import { table, writeResult } from './report.ts';
import type { Row } from './row.ts';

const rows: Row[] = [
  { row: 'a step', peer: 'tfjs', unit: 'ms', ours: 2.34567, theirs: 1234.5, ratio: 526.3, goal: 5 },
  {
    row: 'a step',
    peer: 'a | b',
    unit: 'ms',
    ours: 2.5,
    theirs: null,
    ratio: null,
    goal: null,
    note: 'missing: torch',
  },
];

describe('the table', () => {
  it('has a line for each row, all of one width', () => {
    const lines = table(rows).split('\n');
    expect(lines).toHaveLength(rows.length + 2);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('shows three digits, and a dash where there is no figure', () => {
    const [, , first, second] = table(rows).split('\n');
    expect(first).toMatch(/2\.35 \| +1235 \| +526 \| +5 \| –/);
    expect(second).toMatch(/2\.5 \| +– \| +– \| +– \| missing: torch/);
  });

  it('keeps a bar in a name from starting a column', () => {
    expect(table(rows)).toContain('a \\| b');
  });
});

it('a result is written as JSON that reads back and as Markdown with the command', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'results');
  const result = { name: 'graph', machine: thisMachine(), date: '2026-01-01T00:00:00.000Z', rows };
  await writeResult(folder, result);
  expect(JSON.parse(await readFile(join(folder, 'graph.json'), 'utf8'))).toEqual(result);
  expect(await readFile(join(folder, 'graph.md'), 'utf8')).toContain('npm run bench -- graph');
});

it('a part is written under a name of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-bench-'));
  await writeResult(folder, { name: 'gfgn', only: 'Two nodes, 3', machine: thisMachine(), date: 'today', rows });
  const text = await readFile(join(folder, 'gfgn-two-nodes-3.md'), 'utf8');
  expect(text).toContain('`npm run bench -- gfgn --only "Two nodes, 3"`, today');
});
