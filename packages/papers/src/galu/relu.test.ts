import { readFileSync } from 'node:fs';
import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { expect, it, test } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { CVXPY_CASE } from './cvxpy-case.ts';
import { relu } from './relu.ts';
import { errorOf, samplesOf } from './relu-data.ts';

const newFolder = temporaryFolders();

it('is a well-formed experiment', () => expect(() => checkExperiment(relu)).not.toThrow());

interface Stored {
  readonly data: readonly number[];
}

interface Fixture {
  readonly sampled: {
    readonly X: Stored;
    readonly y: Stored;
    readonly U: Stored;
    readonly solved: readonly { readonly penalty: number; readonly gated: number; readonly relu: number }[];
  };
}

test("CVXPY's case is that of the fixture", () => {
  const file = new URL('../../../galu/test/fixtures/galu-convex.json', import.meta.url);
  const { X, y, U, solved } = (JSON.parse(readFileSync(file, 'utf8')) as Fixture).sampled;
  expect([CVXPY_CASE.x, CVXPY_CASE.y, CVXPY_CASE.gates]).toEqual([X.data, y.data, U.data]);
  expect(CVXPY_CASE.solved).toEqual(solved.map(({ penalty, gated, relu }) => ({ penalty, gated, relu })));
});

const overrides = { rows: 40, testRows: 40, gates: 20, shares: [0.1], starts: 1, steps: 200, wide: 10 };

it('has no network below the optimum with its patterns, and a gap that says how near that is', async () => {
  const run = await startRun(relu, { preset: 'smoke', overrides, seed: 3, directory: await newFolder() });
  if (run.status !== 'done') throw new Error(`the run ended as ${run.status}`);
  const { gap, agreement, decomposedAbove, adamBestAbove, adamWideAbove, drawnAbove } = run.summary as Record<
    string,
    number
  >;
  expect(gap).toBeLessThan(1e-4);
  expect(agreement).toBeLessThan(1e-7);
  for (const above of [decomposedAbove, adamBestAbove, adamWideAbove, drawnAbove]) expect(above).toBeGreaterThan(-0.01);
  expect(adamWideAbove).toBeLessThan(100);
});

test('a run that is interrupted, while Adam trains and before all patterns are solved for, ends with the numbers of one that is not', async () => {
  const few = { ...overrides, problems: ['teacher'], rows: 30, steps: 60, gates: 8, wide: 6 };
  const how = { preset: 'smoke', overrides: few, seed: 3 } as const;
  const whole = await startRun(relu, { ...how, directory: await newFolder() });
  const directory = await newFolder();
  const until = (moment: string) => {
    const controller = new AbortController();
    const onProgress = ({ detail }: Progress) => {
      if (detail?.includes(moment)) controller.abort();
    };
    return { signal: controller.signal, onProgress };
  };
  const first = await startRun(relu, { ...how, directory, hooks: until('Adam, wide, start 0') });
  const find = () => Promise.resolve(relu);
  const second = await resumeRun(directory, find, { hooks: until('all patterns') });
  expect([first.status, second.status]).toEqual(['interrupted', 'interrupted']);
  const resumed = await resumeRun(directory, find);
  if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
  expect(resumed.summary).toEqual(whole.summary);
});

test('errors are the share of variance that is missed, and of digits that are mistaken', async () => {
  const settings = { rows: 50, testRows: 20, inputs: 3, teacherNeurons: 2, noise: 0, pair: [4, 9] as const };
  const { training } = await samplesOf('teacher', settings, 1);
  expect(errorOf('teacher', training.y, training.y)).toBe(0);
  expect(errorOf('teacher', new Float64Array(50), training.y)).toBeCloseTo(100, 6);
  expect(errorOf('digits', [1, -1, -1, 1], Float64Array.of(1, 1, -1, -1))).toBe(50);
});
