import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisMachine } from './machine.ts';
import { table, tableWithWarning, warningOf, writeResult } from './report.ts';
import type { Row } from './row.ts';

const rows: Row[] = [
  {
    row: 'a step',
    peer: 'tfjs',
    unit: 'ms',
    ours: 2.34567,
    theirs: 1234.5,
    ratio: 526.3,
    goal: 5,
    implementation: 'unbraid 1',
  },
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

const load = { before: 0.25, after: 1.75 };

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

describe('the load before the start', () => {
  it('above 0.5 is warned of, above the table', () => {
    const busy = { before: 0.51, after: 0 };
    expect(warningOf(busy)).toMatch(/not quiet: its load was 0\.51 before the start, above 0\.5/);
    expect(tableWithWarning({ load: busy, rows })).toBe(`${warningOf(busy)}\n\n${table(rows)}`);
  });

  it('up to 0.5 and what is not known is not, and neither is the load that the benchmark leaves', () => {
    expect(warningOf({ before: 0.5, after: 2 })).toBeUndefined();
    expect(warningOf({ before: null, after: null })).toBeUndefined();
    expect(tableWithWarning({ load, rows })).toBe(table(rows));
  });
});

it('a result is written as JSON that reads back and as Markdown with the command', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'results');
  const result = { name: 'graph', machine: thisMachine(), date: '2026-01-01T00:00:00.000Z', load, rows };
  await writeResult(folder, result);
  expect(JSON.parse(await readFile(join(folder, 'graph.json'), 'utf8'))).toEqual(result);
  const text = await readFile(join(folder, 'graph.md'), 'utf8');
  expect(text).toContain('npm run bench -- graph');
  expect(text).toContain('Ours: unbraid 1.');
  expect(text).toContain('0.25 before the start; 1.75 after the end');
});

it('chosen rows are written under a name of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-bench-'));
  await writeResult(folder, { name: 'gfgn', only: 'Two nodes, 3', machine: thisMachine(), date: 'today', load, rows });
  const text = await readFile(join(folder, 'gfgn-two-nodes-3.md'), 'utf8');
  expect(text).toContain('`npm run bench -- gfgn --only "Two nodes, 3"`, today');
  expect(text).toContain('A part: the rows that `--only` chose.');
});
