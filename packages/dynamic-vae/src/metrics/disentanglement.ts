import { callback, checkSettings, given, having } from '@unbraid/checks';
import { type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import { type BetaVaeScore, betaVaeScore } from './beta-vae-score.ts';
import { checkFactors, type Factors } from './codes.ts';
import { type Dci, dci } from './dci.ts';
import { type FactorVaeScore, factorVaeScore } from './factor-vae-score.ts';
import { histogramInformation } from './histogram-information.ts';
import { type InfoMec, infoMec } from './info-mec.ts';
import { type InformationGap, informationGap } from './mig.ts';
import { type Modularity, modularity } from './modularity.ts';
import { mutualInformation } from './mutual-information.ts';
import { meansOf, type Representation } from './representation.ts';
import { type Sap, sap } from './sap.ts';

/** What `disentanglement` measures, by name. */
export interface DisentanglementResults {
  /** MIG and RMIG, of the posteriors' mass (`mutualInformation`); of means in 20 bins where there are no posteriors. */
  readonly mig: InformationGap;
  readonly modularity: Modularity;
  readonly dci: Dci;
  readonly sap: Sap;
  readonly factorVae: FactorVaeScore;
  readonly betaVae: BetaVaeScore;
  readonly infoMec: InfoMec;
}

/** The name of a metric. */
export type MetricName = keyof DisentanglementResults;

/** A metric that has been computed. */
export interface MetricStep {
  /** How many are done, from 1. */
  readonly step: number;
  readonly of: number;
  readonly metric: MetricName;
  /** What it took. */
  readonly seconds: number;
}

/** What `disentanglement` takes beside codes and factors. */
export interface DisentanglementOptions<M extends MetricName = MetricName> {
  /** Which metrics, in this order; by default all. */
  readonly metrics?: readonly M[];
  /** Of everything that is drawn. Default 0. */
  readonly seed?: Seed;
  /** Told after each metric; a promise that it gives is awaited. */
  readonly onStep?: (step: MetricStep) => void | Promise<void>;
  /** Ends the work between two metrics, with its reason. */
  readonly signal?: AbortSignal;
}

/** Results by metric, and the scores among them by name. */
export type Disentanglement<M extends MetricName = MetricName> = Pick<DisentanglementResults, M> & {
  /** Such as `mig`, `dciCompleteness`, `infoM`. */
  readonly scores: Readonly<Record<string, number>>;
};

/**
 * Measures how far single latents stand for single factors, by all of the published metrics or some, with their default settings.
 *
 * @param codes [images, latents]; take 10,000 images or more, since estimates of information are too large with few
 * @throws {InputError} where codes or factors do not fit, are not finite or too few, a factor never varies, a metric is unknown, or `infoMec` is asked for and no latent varies
 */
export async function disentanglement<M extends MetricName = MetricName>(
  codes: Representation,
  factors: Factors,
  options: DisentanglementOptions<M> = {},
): Promise<Disentanglement<M>> {
  const { metrics, seed, onStep, signal } = checkSettings('dynamic-vae: disentanglement', schema, options);
  checkFactors(factors, meansOf(codes).rows);
  const random = streamOf(seed);
  const results: Partial<Record<MetricName, unknown>> = {};
  const scores: Record<string, number> = {};
  for (const [i, metric] of metrics.entries()) {
    // Work of seconds: others have their turn between metrics.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const from = performance.now();
    const { result, scores: own } = measures[metric](codes, factors, random);
    results[metric] = result;
    Object.assign(scores, own);
    await onStep?.({ step: i + 1, of: metrics.length, metric, seconds: (performance.now() - from) / 1000 });
  }
  return { ...results, scores } as Disentanglement<M>;
}

type Measure = (
  codes: Representation,
  factors: Factors,
  seed: Seed,
) => { readonly result: unknown; readonly scores: Readonly<Record<string, number>> };

const measures: Readonly<Record<MetricName, Measure>> = {
  mig(codes, factors) {
    const information = 'mean' in codes ? mutualInformation(codes, factors) : histogramInformation(codes, factors);
    const result = informationGap(information);
    return { result, scores: { mig: result.mig } };
  },
  modularity(codes, factors) {
    const result = modularity(histogramInformation(codes, factors));
    return { result, scores: { modularity: result.modularity } };
  },
  dci(codes, factors, seed) {
    const result = dci(codes, factors, { seed });
    return {
      result,
      scores: {
        dciDisentanglement: result.disentanglement,
        dciCompleteness: result.completeness,
        dciInformativeness: result.informativeness,
        dciExplicitness: result.explicitness!,
      },
    };
  },
  sap(codes, factors, seed) {
    const result = sap(codes, factors, { seed });
    return { result, scores: { sap: result.sap } };
  },
  factorVae(codes, factors, seed) {
    const result = factorVaeScore(codes, factors, { seed });
    return { result, scores: { factorVae: result.score } };
  },
  betaVae(codes, factors, seed) {
    const result = betaVaeScore(codes, factors, { seed });
    return { result, scores: { betaVae: result.score } };
  },
  infoMec(codes, factors) {
    const result = infoMec(codes, factors);
    const { modularity: infoM, explicitness: infoE, compactness: infoC } = result;
    return { result, scores: { infoM, infoE, infoC } };
  },
};

/** The names of all metrics. */
export const metricNames = Object.keys(measures) as readonly MetricName[];

const schema = z.object({
  metrics: z
    .array(z.enum(metricNames as [MetricName, ...MetricName[]]), { error: 'a list of metrics' })
    .min(1, { error: 'one metric or more' })
    .refine((names) => new Set(names).size === names.length, { error: 'a list without repetitions' })
    .default([...metricNames]),
  seed: given<Seed>().default(0),
  onStep: callback<(step: MetricStep) => void | Promise<void>>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'throwIfAborted').optional(),
});
