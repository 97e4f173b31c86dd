import { createMatrix, drawSprites, type Matrix, SPRITE_COUNT, spriteFactors, spriteFactorValues } from '@unbraid/data';
import {
  createVae,
  disentanglement,
  evaluateVae,
  type Factors,
  fitVae,
  type ImageVae,
  type MetricName,
  type Objective,
  spriteImages,
  type Trace,
  type TrainedVae,
} from '@unbraid/dynamic-vae';
import { type MetricColumn, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import type { TrainingSettings } from './settings.ts';

/** Scores of disentanglement, as `disentanglement` names them. */
export const scoreMetrics: Readonly<Record<string, MetricColumn>> = Object.fromEntries(
  Object.entries({
    mig: 'Mutual information gap: how far each factor is told by one latent alone',
    modularity: 'Modularity (Ridgeway and Mozer)',
    dciDisentanglement: 'Disentanglement of DCI',
    dciCompleteness: 'Completeness of DCI',
    dciInformativeness: 'Informativeness of DCI: accuracy or R² of boosted trees',
    dciExplicitness: 'Explicitness of DCI-ES',
    sap: 'Separated attribute predictability',
    factorVae: 'FactorVAE’s metric',
    betaVae: 'β-VAE’s metric',
    infoM: 'Modularity of InfoMEC',
    infoE: 'Explicitness of InfoMEC',
    infoC: 'Compactness of InfoMEC',
  }).map(([name, description]) => [name, { description, by: ['fit'] }]),
);

/** What the lines of such fits are. */
export const spriteMetrics: Readonly<Record<string, MetricColumn>> = {
  beta: { description: 'Weight of the KL divergence that the step used', x: 'step', by: ['fit'] },
  setPoint: { description: 'Set point of the KL divergence', unit: 'nats', x: 'step', by: ['fit'] },
  kl: { description: 'KL divergence of the batch', unit: 'nats', x: 'step', by: ['fit'] },
  feedback: {
    description: 'Moving average of the KL divergence, which the controller sees',
    unit: 'nats',
    x: 'step',
    by: ['fit'],
  },
  reconstruction: {
    description: 'Reconstruction loss of the batch, summed over pixels',
    unit: 'nats',
    x: 'step',
    by: ['fit'],
  },
  loss: {
    description: 'Reconstruction loss, weighted KL divergence and penalty',
    unit: 'nats',
    x: 'step',
    by: ['fit'],
  },
  finalBeta: { description: 'Weight of the KL divergence at the end', by: ['fit'] },
  evaluationKl: { description: 'KL divergence of the evaluation images', unit: 'nats', by: ['fit'] },
  evaluationReconstruction: {
    description: 'Reconstruction loss of the evaluation images, summed over pixels',
    unit: 'nats',
    by: ['fit'],
  },
  ...scoreMetrics,
  seconds: { description: 'Time of training', unit: 's', by: ['fit'] },
};

/** Sprites to measure on, with what is true of them. */
export interface SpriteSet {
  readonly images: Matrix;
  readonly factors: Factors;
}

/** Shapes have no order, and an orientation comes round again; scale, x and y are numbers. */
const ORDERED = spriteFactors.map(({ name }) => name !== 'shape' && name !== 'orientation');

/** Random sprites, each of the grid as likely as the others. */
function drawSpriteSet(count: number, size: number, random: Random): SpriteSet {
  const indexes = Int32Array.from({ length: count }, () => random.int(SPRITE_COUNT));
  const values = new Int32Array(count * spriteFactors.length);
  indexes.forEach((index, i) => {
    values.set(spriteFactorValues(index), i * spriteFactors.length);
  });
  return {
    images: createMatrix(count, size * size, drawSprites(indexes, size)),
    factors: { values, sizes: spriteFactors.map((factor) => factor.size), ordered: ORDERED },
  };
}

/** A VAE trained on sprites, and what it is worth. */
export interface SpriteFit {
  readonly params: Float32Array;
  readonly trace: Trace;
  /** The weight of the KL divergence at the end. */
  readonly beta: number;
  /** In nats, on the evaluation images. */
  readonly kl: number;
  readonly klOfLatents: Float64Array;
  /** −log p(x|z) in nats, summed over pixels, on the evaluation images. */
  readonly reconstruction: number;
  readonly mig: number;
  /** For each factor of sprites, in their order. */
  readonly rmig: readonly number[];
  /** Scores of all metrics that were asked for, by name; `mig` among them. */
  readonly scores: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface FitTools {
  readonly context: Pick<RunContext<unknown>, 'log' | 'progress' | 'signal' | 'checkpoints'>;
  readonly runtime: Runtime;
  readonly random: Random;
  readonly evaluation: SpriteSet;
  readonly metrics: readonly MetricName[];
}

export const spriteVae = ({ size, latent }: TrainingSettings): ImageVae =>
  createVae({ image: { channels: 1, size: size as 32 | 64 }, latent });

/** A fit's lines in the metrics, and states that it saves, about. */
const LOGGED = 200;
const SAVED = 50;

/** Trains a VAE on drawn sprites and measures it. All fits with the same stream start from the same weights and see the same images. */
export async function fitSprites(
  name: string,
  objective: Objective,
  settings: TrainingSettings & { readonly steps: number },
  tools: FitTools,
): Promise<SpriteFit> {
  const { context, runtime, random } = tools;
  const { steps, batchSize, learningRate, size } = settings;
  const every = Math.max(1, Math.floor(steps / LOGGED));
  const fitted = await fitVae({
    vae: spriteVae(settings),
    images: spriteImages(size as 32 | 64),
    objective,
    steps,
    batchSize,
    learningRate,
    seed: random.split('fit').int(2 ** 31),
    signal: context.signal,
    // The report shows how the KL divergence followed its set point.
    onWarning: () => {},
    checkpoint: {
      load: () => context.checkpoints.load('fit'),
      save: (state) => context.checkpoints.save('fit', state),
      everySteps: Math.max(100, Math.ceil(steps / SAVED)),
    },
    onStep({ step, beta, setPoint, kl, feedback, reconstruction, loss }) {
      if (step % every !== 0 && step !== steps) return;
      context.log({
        fit: name,
        step,
        beta,
        ...(setPoint !== undefined && { setPoint }),
        kl,
        feedback,
        reconstruction,
        loss,
      });
      const target = setPoint === undefined ? '' : `, set point ${setPoint.toFixed(2)}`;
      context.progress({
        done: step,
        total: steps,
        detail: `step ${step}, KL ${feedback.toFixed(2)}${target}, β ${beta.toPrecision(3)}, loss ${loss.toFixed(1)}`,
      });
    },
    runtime,
  });
  const { trace, beta, seconds } = fitted;
  const measured = await measure(fitted, tools);
  const { kl, reconstruction } = measured;
  context.log({
    fit: name,
    finalBeta: beta,
    evaluationKl: kl,
    evaluationReconstruction: reconstruction,
    ...measured.scores,
    seconds,
  });
  return { params: fitted.params, trace, beta, seconds, ...measured };
}

async function measure(trained: TrainedVae<ImageVae>, { evaluation, runtime, random, metrics, context }: FitTools) {
  const { reconstruction, kl, codes } = await evaluateVae(trained, evaluation.images, {
    seed: random.split('codes'),
    runtime,
  });
  const { scores, mig } = await disentanglement(codes, evaluation.factors, {
    metrics: ['mig', ...metrics],
    seed: random.split('metrics'),
    signal: context.signal,
  });
  return {
    kl: kl.total,
    klOfLatents: kl.dimensions,
    reconstruction,
    mig: mig.mig,
    rmig: mig.factors.map(({ rmig }) => rmig),
    scores,
  };
}

/** A fit of an experiment. */
export interface FitPlan {
  /** Of the unit; different for each fit of a run. */
  readonly key: string;
  readonly title: string;
  readonly objective: Objective;
  /** Fits of one trial start from the same weights and see the same images; by default all do. */
  readonly trial?: number;
}

/** Fits of one run, with the sprites that they are measured on. */
export async function fitEach(
  context: RunContext<TrainingSettings & { readonly steps: number }>,
  plans: readonly FitPlan[],
  metrics: readonly MetricName[] = [],
): Promise<{ readonly fits: SpriteFit[]; readonly evaluation: () => Promise<SpriteSet>; readonly runtime: Runtime }> {
  const { nodeRuntime } = await import('@unbraid/graph/node');
  const { settings: s } = context;
  const random = createRandom(context.seed);
  const runtime = nodeRuntime();
  const evaluation = once(() => drawSpriteSet(s.evaluationImages, s.size, random.split('evaluation')));
  const fits = await context.units(
    plans,
    ({ key }) => key,
    async ({ title, objective, trial }) => {
      const stream = trial === undefined ? random : random.split('trial').split(trial);
      const tools = { context, runtime, random: stream, evaluation: await evaluation(), metrics };
      return fitSprites(title, objective, s, tools);
    },
    { label: 'fits' },
  );
  return { fits, evaluation, runtime };
}
