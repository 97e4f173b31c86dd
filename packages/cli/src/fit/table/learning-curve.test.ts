import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@unbraid/experiment';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { trainGalu } from './learn/galu.ts';
import { learningCurve } from './learning-curve.ts';
import { type TableSettings, tableSettings } from './settings.ts';
import { readSource } from './source.ts';

it('scores rows of all of a sorted file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-cli-'));
  try {
    const path = join(folder, 'sorted.csv');
    const rows = Array.from({ length: 16_000 }, (_, i) => `${i / 100},${(i / 100 + Math.sin(i)).toFixed(4)}`);
    writeFileSync(path, `x,y\n${rows.join('\n')}\n`);
    const settings: TableSettings = z.object(tableSettings).parse({ data: path, target: 'y', folds: 2 });
    const context = {
      ...{ settings, seed: 0, signal: new AbortController().signal, log: () => undefined },
      unit: <T>(_: string, work: () => Promise<T>) => work(),
    } as unknown as RunContext<TableSettings>;
    const source = await readSource(settings, 0);
    const plan = { gates: 'sparse', members: 1, neurons: 0, ridge: 1 } as const;
    const learner = {
      learn: (part: Parameters<typeof trainGalu>[0], options: Parameters<typeof trainGalu>[2]) =>
        trainGalu(part, plan, options),
    };
    const { points } = await learningCurve({ context, source, tell: () => undefined }, 'galu', learner);
    expect(points.map((point) => point.rows)).toEqual([250, 500, 1000, 2000, 4000, 8000]);
    // A line with noise of variance ½: R² is 1 − ½ / (160² / 12) wherever rows are from.
    for (const { training, tested } of points) {
      expect(training).toBeCloseTo(1 - (12 * 0.5) / 160 ** 2, 4);
      expect(tested).toBeCloseTo(1 - (12 * 0.5) / 160 ** 2, 4);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
