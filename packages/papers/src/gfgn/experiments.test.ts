import { checkExperiment, correlation, type Experiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { modelNames } from '@unbraid/gfgn';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { summarizeBenchmark } from './benchmark-report.ts';
import { loadDataSet } from './data-sets.ts';
import { summarizeDimensions } from './dimensions-report.ts';
import { experiments } from './index.ts';
import { pairedDifference } from './model-trials.ts';
import { summarizeNoise } from './noise-report.ts';
import { recipeFor } from './recipes.ts';
import { summarizeScores } from './scores-report.ts';

const named = (name: string): Experiment => experiments.find((experiment) => experiment.name === name)!;

describe.each(experiments.map(({ name }) => name))('%s', (name) => {
  const newFolder = temporaryFolders();

  it('is a well-formed experiment', () => expect(() => checkExperiment(named(name))).not.toThrow());

  it('interrupted and resumed ends with the numbers of an uninterrupted run, all of them explained', async () => {
    const how = { preset: 'smoke', overrides: {}, seed: 1 } as const;
    const whole = await startRun(named(name), { ...how, directory: await newFolder() });
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ done }: Progress) => {
      if (done === 1) controller.abort();
    };
    const first = await startRun(named(name), { ...how, directory, hooks: { signal: controller.signal, onProgress } });
    expect(first.status).toBe('interrupted');
    const resumed = await resumeRun(directory, () => Promise.resolve(named(name)));
    if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
    const untimed = ({ seconds: _, ...rest }: object & { seconds?: unknown }) => rest;
    expect(untimed(resumed.summary)).toEqual(untimed(whole.summary));
    expect(Object.keys(named(name).summary)).toEqual(expect.arrayContaining(Object.keys(untimed(whole.summary))));
  });
});

describe('gfgn/noise', () => {
  const newFolder = temporaryFolders();

  it.for(['dice', 'features'])('of %s begins with the accuracies of the graph as it is', async (kind) => {
    const clean = async (overrides: Record<string, unknown>) => {
      const overridden = { models: ['gcn'], levels: [0, 0.5], ...overrides };
      const run = await startRun(named('gfgn/noise'), {
        preset: 'smoke',
        overrides: overridden,
        seed: 1,
        directory: await newFolder(),
      });
      if (run.status !== 'done') throw new Error('a run did not end');
      return run.summary;
    };
    const [spoilt, edges] = [await clean({ kind }), await clean({ kind: 'edges' })];
    expect(spoilt.gcnClean).toBe(edges.gcnClean);
    expect(spoilt.gcnNoisy).not.toBe(edges.gcnNoisy);
  });
});

const trial = { validation: 60, epoch: 1, seconds: 1 };

describe('summaries', () => {
  it('of the benchmark have mean, deviation and paired differences of each model', () => {
    const trials = [
      { ...trial, model: 'gcn' as const, run: 0, test: 80 },
      { ...trial, model: 'gcn' as const, run: 1, test: 82 },
      { ...trial, model: 'mlp' as const, run: 0, test: 70 },
      { ...trial, model: 'mlp' as const, run: 1, test: 72 },
    ];
    expect(summarizeBenchmark(trials)).toEqual({
      gcn: 81,
      gcnStd: 1.41,
      gcnValidation: 60,
      mlp: 71,
      mlpStd: 1.41,
      mlpValidation: 60,
    });
    expect(pairedDifference(trials, 'gcn', 'mlp')).toEqual({ mean: 10, error: 0 });
  });

  it('of noise compare the fewest and the most random edges', () => {
    const trials = [0, 0.5, 2].map((level) => ({
      ...trial,
      model: 'gcn' as const,
      run: 0,
      level,
      test: 80 - 10 * level,
    }));
    expect(summarizeNoise(trials)).toEqual({ gcnClean: 80, gcnNoisy: 60, gcnDrop: 20 });
  });

  it('of dimensions correlate scores with homophily', () => {
    const fit = (model: 'gfgnGraph' | 'gfgnNeighbor' | 'gfgnPair', scores: number[]) => ({
      model,
      test: 50,
      scores,
      spread: [],
    });
    const fits = [fit('gfgnGraph', [1, 2, 3]), fit('gfgnNeighbor', [3, 2, 1]), fit('gfgnPair', [1, 2, 1])];
    const summary = summarizeDimensions(Float32Array.of(0.25, 0.5, 0.75), fits);
    expect(summary).toMatchObject({
      scoreCorrelation: 1,
      scoreCorrelationNeighbor: -1,
      scoreCorrelationPair: 0,
      gfgnPair: 50,
    });
  });

  it('of scores are parts of the largest score', () => {
    const layer = { limit: 2, mean: [0.5, 1.5], std: [0, 0], histogram: [1] };
    const summary = summarizeScores([{ name: 'cora', test: 80, layers: [layer] }]);
    expect(summary).toEqual({ coraMean: 0.5, coraSpread: 0.354 });
  });
});

describe('a data set', () => {
  it('has other splits for a search than for what is reported', async () => {
    const [reported, searched] = [await loadDataSet('block', 200, 0), await loadDataSet('block', 200, 0, 'search')];
    expect(searched.graph.labels).toEqual(reported.graph.labels);
    for (const { train } of searched.splits)
      for (const other of reported.splits) expect(train).not.toEqual(other.train);
  });

  it('of a social network is trained on as the search on BlogCatalog found', () => {
    for (const model of modelNames) expect(recipeFor('flickr', model)).toEqual(recipeFor('blogcatalog', model));
    expect(recipeFor('flickr', 'gcn').normalize).toBe(false);
  });
});

describe('correlation', () => {
  it('is that of a known example', () => {
    expect(correlation([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(0.6);
  });
});
