import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import type { Scalars } from '../values.ts';
import { START } from './checkpoint-store.ts';
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
    const metrics = openMetrics(path, START);
    metrics.log({ loss: Number.NaN, best: Number.NEGATIVE_INFINITY, tiny: 5e-324, name: 'a\nb', ok: true });
    metrics.close();
    expect(lines(path)).toEqual([{ loss: 'NaN', best: '-Infinity', tiny: 5e-324, name: 'a\nb', ok: true }]);
  });

  it('refuses what is not flat', () => {
    const metrics = openMetrics(newPath(), START);
    expect(() => metrics.log({ curve: [1, 2] } as unknown as Scalars)).toThrow(
      'a logged record has "curve" of type object',
    );
    metrics.close();
  });

  it('goes on after the stamp and writes no line of an earlier session again', () => {
    const path = newPath();
    const first = openMetrics(path, START);
    first.log({ root: 0 });
    first.enter('a');
    first.log({ a: 0 });
    first.log({ a: 1 });
    const saved = { ...first.stamp(), seconds: 1 };
    first.log({ a: 'lost' });
    first.close();

    const second = openMetrics(path, saved);
    second.log({ root: 0 });
    second.enter('a');
    second.log({ a: 0 });
    second.moveTo(saved);
    second.log({ a: 2 });
    second.leave();
    second.log({ root: 1 });
    second.close();
    expect(lines(path)).toEqual([{ root: 0 }, { a: 0 }, { a: 1 }, { a: 2 }, { root: 1 }]);
  });

  it('says so when the file lost lines', () => {
    const path = newPath();
    writeFileSync(path, '{}\n');
    expect(() => openMetrics(path, { ...START, bytes: 10 })).toThrow(
      /has 3 bytes, 10 when the run stopped; start a new/,
    );
  });

  it.skipIf(process.platform !== 'linux')('says that the disk is full', () => {
    const metrics = openMetrics('/dev/full', START);
    expect(() => metrics.log({ a: 1 })).toThrow('experiment: cannot write /dev/full: no space left on device (ENOSPC)');
    metrics.close();
  });
});
