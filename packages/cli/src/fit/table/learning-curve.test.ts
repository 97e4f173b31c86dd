import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Bench } from './bench.ts';
import { trainGalu } from './learn/galu.ts';
import { curveFit, curveSizes } from './learning-curve.ts';
import { type TableSettings, tableSettings } from './settings.ts';
import { readSource } from './source.ts';

it('scores rows of all of a sorted file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-cli-'));
  try {
    const path = join(folder, 'sorted.csv');
    const rows = Array.from({ length: 16_000 }, (_, i) => `${i / 100},${(i / 100 + Math.sin(i)).toFixed(4)}`);
    writeFileSync(path, `x,y\n${rows.join('\n')}\n`);
    const settings: TableSettings = z.object(tableSettings).parse({ data: path, target: 'y', folds: 2 });
    const context = { settings, seed: 0, signal: new AbortController().signal, log: () => undefined };
    const source = await readSource(settings, 0);
    const bench = { context, source, tell: () => undefined } as unknown as Bench;
    const plan = { gates: 'sparse', members: 1, neurons: 0, ridge: 1 } as const;
    const learner = {
      learn: (part: Parameters<typeof trainGalu>[0], options: Parameters<typeof trainGalu>[2]) =>
        trainGalu(part, plan, options),
    };
    const sizes = curveSizes(source);
    expect(sizes).toEqual([250, 500, 1000, 2000, 4000, 8000]);
    // A line with noise of variance ½: R² is 1 − ½ / (160² / 12) wherever rows are from.
    for (const size of sizes) {
      const { training, tested } = (await curveFit(bench, 'galu', learner, size)).point;
      expect(training).toBeCloseTo(1 - (12 * 0.5) / 160 ** 2, 4);
      expect(tested).toBeCloseTo(1 - (12 * 0.5) / 160 ** 2, 4);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
