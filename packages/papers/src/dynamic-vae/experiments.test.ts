import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkExperiment, type Progress, type RunOutcome, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { controllers } from './controllers.ts';
import { decouple } from './decouple.ts';
import { experiments } from './index.ts';
import { setpoints } from './setpoints.ts';

const newFolder = temporaryFolders();

/** A run that has ended. */
function done(run: RunOutcome) {
  if (run.status !== 'done') throw new Error('the run did not end');
  return run;
}

const quick = { steps: 12, evaluationImages: 60 };

it.each(experiments.map((experiment) => [experiment.name, experiment] as const))(
  '%s is well-formed',
  (_, experiment) => {
    expect(() => checkExperiment(experiment)).not.toThrow();
  },
);

it.each([
  [{ evaluationImages: 49 }, 'setting evaluationImages cannot come from 49'],
  [{ metrics: ['sap', 'sap'] }, 'a list without repetitions is needed'],
])('dynamic-vae/decouple refuses %j before it trains', async (overrides, message) => {
  const directory = await newFolder();
  await expect(startRun(decouple, { preset: 'smoke', overrides, seed: 0, directory })).rejects.toThrow(message);
});

describe('dynamic-vae/decouple', () => {
  const how = {
    preset: 'smoke',
    overrides: { ...quick, seeds: 2, objectives: ['beta', 'control', 'dynamic'], metrics: ['modularity'] },
    seed: 2,
  } as const;
  const uninterrupted = newFolder().then(async (directory) => done(await startRun(decouple, { ...how, directory })));

  it('has the keys that its summary explains, for the objectives chosen', async () => {
    const { summary } = await uninterrupted;
    const keys = ['Beta', 'Kl', 'Reconstruction', 'ReconstructionDeviation', 'Mig', 'MigDeviation', 'Udr'];
    const perObjective = ['beta', 'control', 'dynamic'].flatMap((name) => keys.map((key) => name + key));
    expect(Object.keys(summary)).toEqual([
      'seeds',
      ...perObjective,
      'dynamicTrackingError',
      'dynamicMeanTrackingError',
      'dynamicOvershoot',
      'dynamicReached',
      'controlOvershoot',
      'reconstructionGain',
      'leastReconstructionGain',
      'dynamicBestMig',
    ]);
    expect(summary.seeds).toBe(2);
    expect(Object.keys(summary).filter((key) => !(key in decouple.summary))).toEqual([]);
    expect(summary.betaBeta).toBe(4);
  });

  it('draws its figures', async () => {
    const { directory } = await uninterrupted;
    const files = (await readdir(join(directory, 'figures'))).sort();
    expect(files).toEqual(['beta.svg', 'kl.svg', 'reconstructions.svg', 'trade.svg', 'traversals.svg']);
    const traversals = await readFile(join(directory, 'figures', 'traversals.svg'), 'utf8');
    // Once for wide and once for narrow screens.
    expect(traversals.match(/data:image\/png/g)).toHaveLength(2 * 10 * 9);
  });

  it('ends with the same numbers when it is interrupted within a fit and resumed', async () => {
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ done: fits }: Progress) => fits > 1.5 && controller.abort();
    const hooks = { signal: controller.signal, onProgress };
    expect((await startRun(decouple, { ...how, directory, hooks })).status).toBe('interrupted');
    const resumed = done(await resumeRun(directory, () => Promise.resolve(decouple)));
    expect(resumed.summary).toEqual((await uninterrupted).summary);
  });
});

it('dynamic-vae/controllers compares both controllers', async () => {
  const how = { preset: 'smoke', overrides: quick, seed: 1 } as const;
  const { summary } = done(await startRun(controllers, { ...how, directory: await newFolder() }));
  expect(Object.keys(summary).sort()).toEqual(Object.keys(controllers.summary).sort());
});

it('dynamic-vae/setpoints reports targets that are not reached', async () => {
  const overrides = { ...quick, targets: [40, 50], setPointStep: 50, setPointRamp: 1 };
  const how = { preset: 'smoke', overrides, seed: 1 } as const;
  const { summary, table } = done(await startRun(setpoints, { ...how, directory: await newFolder() }));
  expect(summary.reached).toBe(0);
  expect(JSON.stringify(table)).toContain('Target 50: the KL divergence ended at');
});
