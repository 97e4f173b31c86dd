import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import type { Scalars } from '../values.ts';
import { openMetrics } from './metrics.ts';

const newPath = () => join(temporaryFolder(), 'metrics.jsonl');
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('openMetrics', () => {
  it('writes one line of JSON a record, with words for the numbers that JSON lacks', () => {
    const path = newPath();
    const metrics = openMetrics(path);
    metrics.log({ loss: Number.NaN, best: Number.NEGATIVE_INFINITY, tiny: 5e-324, name: 'a\nb', ok: true });
    metrics.close();
    expect(lines(path)).toEqual([{ loss: 'NaN', best: '-Infinity', tiny: 5e-324, name: 'a\nb', ok: true }]);
  });

  it('refuses what is not flat', () => {
    const metrics = openMetrics(newPath());
    expect(() => metrics.log({ curve: [1, 2] } as unknown as Scalars)).toThrow(
      'a logged record has "curve" of type object',
    );
    metrics.close();
  });

  it('begins anew, and puts lines of a unit back in their place', () => {
    const path = newPath();
    writeFileSync(path, '{"what":"an earlier session left"}\n');
    const metrics = openMetrics(path);
    metrics.log({ root: 'ä' });
    const start = metrics.length();
    metrics.log({ unit: 0 });
    expect(metrics.since(start)).toBe('{"unit":0}\n');
    metrics.replace(start, '{"unit":0}\n{"unit":"ü"}\n');
    metrics.log({ unit: 2 });
    metrics.close();
    expect(lines(path)).toEqual([{ root: 'ä' }, { unit: 0 }, { unit: 'ü' }, { unit: 2 }]);
  });

  it.skipIf(process.platform === 'win32')('empties no file that a link leads to', () => {
    const path = newPath();
    writeFileSync(`${path}.other`, 'precious');
    symlinkSync(`${path}.other`, path);
    expect(() => openMetrics(path)).toThrow(`experiment: cannot write ${path}: `);
    expect(readFileSync(`${path}.other`, 'utf8')).toBe('precious');
  });

  it.skipIf(process.platform !== 'linux')('says that the disk is full', () => {
    const metrics = openMetrics('/dev/full');
    expect(() => metrics.log({ a: 1 })).toThrow('experiment: cannot write /dev/full: no space left on device (ENOSPC)');
    metrics.close();
  });
});
