import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import type { Scalars } from '../values.ts';
import { openMetrics } from './metrics.ts';

const newPath = () => join(temporaryFolder(), 'metrics.jsonl');
/** Lines and times in files of one folder; the clock goes on by a second at each look. */
function opened(path: string, timeline = `${path}.times`) {
  let now = 0;
  const notes: string[] = [];
  return Object.assign(openMetrics(path, timeline, { seconds: () => ++now, onNote: (note) => notes.push(note) }), {
    notes,
  });
}
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('openMetrics', () => {
  it('writes one line of JSON a record, with words for the numbers that JSON lacks', () => {
    const path = newPath();
    const metrics = opened(path);
    metrics.log({ loss: Number.NaN, best: Number.NEGATIVE_INFINITY, tiny: 5e-324, name: 'a\nb', ok: true }, null);
    metrics.close();
    expect(lines(path)).toEqual([{ loss: 'NaN', best: '-Infinity', tiny: 5e-324, name: 'a\nb', ok: true }]);
  });

  it('refuses what is not flat', () => {
    const metrics = opened(newPath());
    expect(() => metrics.log({ curve: [1, 2] } as unknown as Scalars, null)).toThrow(
      'a logged record has "curve" of type object',
    );
    metrics.close();
  });

  it('begins anew, and puts lines of a unit back in their place, with the times that they had', () => {
    const path = newPath();
    writeFileSync(path, '{"what":"an earlier session left"}\n');
    writeFileSync(`${path}.times`, '[7,"an earlier session left"]\n[8,null]\n');
    const metrics = opened(path);
    metrics.log({ root: 'ä' }, null);
    const start = metrics.end();
    metrics.log({ unit: 0 }, 'ü');
    expect(metrics.since(start)).toEqual({
      lines: '{"unit":0}\n',
      times: { seconds: Float64Array.of(2), units: [[1, 'ü']] },
    });
    const times = { seconds: Float64Array.of(0.25, 0.5), units: [[2, 'ü']] as const };
    metrics.replace(start, { lines: '{"unit":0}\n{"unit":"ü"}\n', times });
    metrics.log({ unit: 2 }, null);
    metrics.close();
    expect(lines(path)).toEqual([{ root: 'ä' }, { unit: 0 }, { unit: 'ü' }, { unit: 2 }]);
    expect(lines(`${path}.times`)).toEqual([
      [1, null],
      [0.25, 'ü'],
      [0.5, 'ü'],
      [3, null],
    ]);
  });

  it('goes on without times where their file cannot be written, says so once, and keeps them for checkpoints', () => {
    const path = newPath();
    mkdirSync(`${path}.times`);
    const metrics = opened(path);
    metrics.log({ a: 1 }, 'unit');
    metrics.log({ a: 2 }, 'unit');
    expect(metrics.since({ bytes: 0, lines: 0 }).times.seconds).toEqual(Float64Array.of(1, 2));
    metrics.close();
    expect(lines(path)).toHaveLength(2);
    expect(metrics.notes).toEqual([
      expect.stringMatching(/cannot write .*times.*; the run goes on without times of its lines$/),
    ]);
  });

  it.skipIf(process.platform !== 'linux')('goes on where the disk is full for times alone', () => {
    const path = newPath();
    const metrics = opened(path, '/dev/full');
    metrics.log({ a: 1 }, null);
    metrics.log({ a: 2 }, null);
    metrics.replace({ bytes: 0, lines: 0 }, { lines: '', times: { seconds: new Float64Array(0), units: [] } });
    metrics.log({ a: 3 }, null);
    metrics.close();
    expect(lines(path)).toEqual([{ a: 3 }]);
    expect(metrics.notes).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('empties no file that a link leads to', () => {
    const path = newPath();
    writeFileSync(`${path}.other`, 'precious');
    symlinkSync(`${path}.other`, path);
    expect(() => opened(path)).toThrow(`experiment: cannot write ${path}: `);
    expect(readFileSync(`${path}.other`, 'utf8')).toBe('precious');
  });

  it.skipIf(process.platform !== 'linux')('says that the disk is full', () => {
    const metrics = opened('/dev/full', newPath());
    expect(() => metrics.log({ a: 1 }, null)).toThrow(
      'experiment: cannot write /dev/full: no space left on device (ENOSPC)',
    );
    metrics.close();
  });
});
