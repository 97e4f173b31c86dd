import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { beforeAll, describe, expect, test } from 'vitest';
import { codesOf, place, turned } from '../../test/codes.ts';
import type { Codes, Factors } from './codes.ts';
import {
  type Disentanglement,
  disentanglement,
  type MetricName,
  type MetricStep,
  metricNames,
} from './disentanglement.ts';

const sizes = [4, 5, 6];
const ROWS = 240;

/** Factors at random, with each code's means made from their places by `of`. */
function sampled(
  of: (places: readonly number[]) => readonly number[],
  noise = 0.02,
): { codes: Codes; factors: Factors } {
  const random = createRandom(3);
  const rows = Array.from({ length: ROWS }, () => sizes.map((size) => random.int(size)));
  const jitter = random.normal(new Float64Array(ROWS * 8), 0, noise);
  const means = rows.map((row, i) =>
    of(row.map((value, k) => place(value, sizes[k]!, 2))).map((mean, j) => mean + jitter[i * 8 + j]!),
  );
  return { codes: codesOf(means, 0.02), factors: { values: rows.flat(), sizes } };
}

const perfect = sampled(([a, b, c]) => [c!, 0, a!, -b!]);
const mixed = sampled(([a, b, c]) => {
  const [p, q] = turned([a!, b!], Math.PI / 4);
  const [r, s] = turned([q, c!], Math.PI / 4);
  return [p, r, s, 0];
});

describe('disentanglement', () => {
  const steps: MetricStep[] = [];
  let best: Disentanglement;
  let worse: Disentanglement;
  beforeAll(async () => {
    best = await disentanglement(perfect.codes, perfect.factors, {
      onStep: (step) => {
        steps.push(step);
      },
    });
    worse = await disentanglement(mixed.codes, mixed.factors);
  }, 60_000);

  test('a perfect code scores near 1 by every metric but SAP, whose classifiers know no middle', () => {
    for (const [name, score] of Object.entries(best.scores)) {
      if (name === 'sap') expect(score).toBeGreaterThan(0.15);
      // A latent that never moves with a factor counts 0 for modularity, a quarter of the latents here, but for chance.
      else if (name === 'modularity') expect(score).toBeGreaterThan(0.7);
      // Values from two to the next are told by the fourth split at the earliest.
      else if (name === 'dciExplicitness' || name === 'infoE') expect(score).toBeGreaterThan(0.6);
      else expect([name, score > 0.95]).toEqual([name, true]);
    }
  });

  test('turning the code lowers what is told by single latents', () => {
    for (const name of ['mig', 'dciDisentanglement', 'dciCompleteness', 'sap', 'infoM', 'infoC']) {
      expect([name, worse.scores[name]! < best.scores[name]! - 0.1]).toEqual([name, true]);
    }
  });

  test('tells each metric as it is done', () => {
    expect(steps.map(({ step, of, metric }) => [step, of, metric])).toEqual(
      metricNames.map((metric, i) => [i + 1, metricNames.length, metric]),
    );
  });

  test('gives the metrics asked for, the same for the same seed', async () => {
    const options = { metrics: ['factorVae', 'mig'], seed: 5 } as const;
    const once = await disentanglement(mixed.codes, mixed.factors, options);
    expect(Object.keys(once)).toEqual(['factorVae', 'mig', 'scores']);
    expect(await disentanglement(mixed.codes, mixed.factors, options)).toEqual(once);
  });

  test('a matrix of means is measured as well', async () => {
    const { scores } = await disentanglement(perfect.codes.mean, perfect.factors, { metrics: ['mig', 'infoMec'] });
    expect(scores.mig).toBeGreaterThan(0.8);
  });

  test('ends with the signal’s reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(disentanglement(mixed.codes, mixed.factors, { signal })).rejects.toThrow('enough');
  });
});

describe('every metric refuses', () => {
  const refusal = (metric: MetricName, codes: Codes, factors: Factors) =>
    disentanglement(codes, factors, { metrics: [metric] }).then(
      () => 'nothing',
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );

  test.each(metricNames)('%s: NaN, factors of other images, a factor of one value', async (metric) => {
    const { codes, factors } = mixed;
    const broken = {
      ...codes,
      mean: createMatrix(
        ROWS,
        4,
        codes.mean.data.map((v, i) => (i === 5 ? Number.NaN : v)),
      ),
    };
    expect(await refusal(metric, broken, factors)).toContain('not-finite: dynamic-vae: the mean has 1 NaN value');
    const fewer = { ...factors, values: Array.from(factors.values).slice(3) };
    expect(await refusal(metric, codes, fewer)).toContain('data: dynamic-vae: 240 images with 3 factors need 720');
    const still = { ...factors, values: Array.from(factors.values, (value, i) => (i % 3 === 1 ? 2 : value)) };
    expect(await refusal(metric, codes, still)).toContain('data: dynamic-vae: factor 1 has one value in all images');
  });

  test('unknown metrics, lists of wrong lengths and groups that are none', async () => {
    const { codes, factors } = mixed;
    const metrics = ['migg'] as unknown as MetricName[];
    await expect(disentanglement(codes, factors, { metrics })).rejects.toThrow('metrics[0] is "migg"');
    await expect(disentanglement(codes, { ...factors, ordered: [true] })).rejects.toThrow('ordered has 1 entries');
    const groups = new Float64Array(ROWS).fill(0.5);
    await expect(disentanglement(codes, { ...factors, groups })).rejects.toThrow('image 0 is of group 0.5');
  });

  test('what is no representation, and what are no factors', async () => {
    const { codes, factors } = mixed;
    for (const none of [undefined, null, 5]) {
      const some = none as unknown as Codes;
      await expect(disentanglement(some, factors)).rejects.toThrow(`dynamic-vae: the codes are ${none}`);
    }
    for (const none of [undefined, null, {}, { values: [0] }, { values: 3, sizes: [2] }, { values: [0], sizes: 2 }]) {
      const some = none as unknown as Factors;
      await expect(disentanglement(codes, some)).rejects.toThrow('dynamic-vae: the factors are ');
    }
  });

  test('too few images', async () => {
    const few = codesOf([[0], [1], [2]], 0.1);
    await expect(disentanglement(few, { values: [0, 1, 0], sizes: [2] }, { metrics: ['dci'] })).rejects.toThrow(
      'DCI needs 10 images or more, got 3',
    );
  });
});
