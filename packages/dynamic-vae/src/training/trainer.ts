import { compile, type LayoutLeaf, layoutOf, type Runtime, type Scope } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import type { Vae } from '../vae/vae.ts';
import { createDiscriminator } from './discriminator.ts';
import { DivergedError } from './diverged-error.ts';
import { traceFactorStep } from './factor-step.ts';
import { createLearner, initialParams, type Learner } from './learner.ts';
import type { Objective } from './objective.ts';
import { checkQuantized } from './objectives/quantized.ts';
import { regularizerOf } from './objectives/regularizer-of.ts';
import { isControlled } from './regulation.ts';
import type { FillBatch } from './row-source.ts';
import { fixedLeaves, traceKl, traceTrainingStep } from './training-step.ts';

/** What a step measured, before its update. */
export interface StepLosses {
  /** −log p(x|z) in nats, summed over pixels. */
  readonly reconstruction: number;
  /** In nats, summed over latents. */
  readonly kl: number;
  /** Of each latent: a view, valid until the next step. */
  readonly klOfLatents: Float32Array;
  /** What the gradient was of. */
  readonly loss: number;
}

/** What moves from step to step. */
export interface StepScalars {
  /** The weight of the KL divergence. */
  readonly beta: number;
  /** C(t) in nats; null without one. */
  readonly setPoint: number | null;
}

/** Makes training steps. */
export interface Trainer {
  /** Its networks; the first is the VAE. */
  readonly learners: readonly Learner[];
  /**
   * The KL divergence of the batch of step `step`, counted from 0, before its update, in nats: what β of that step follows from.
   * Only there for objectives with a controller. @throws {DivergedError} where it is not finite
   */
  kl?(step: number): Promise<number>;
  /** Makes step `step`, counted from 0, a function of it and of the learners' state. @throws {DivergedError} where a number is not finite */
  run(step: number, scalars: StepScalars): Promise<StepLosses>;
}

export interface TrainerOptions {
  readonly vae: Vae;
  readonly objective: Objective;
  readonly fill: FillBatch;
  readonly rows: number;
  /** Rows that are learnt from; undefined where that isn't known. */
  readonly count: number | undefined;
  readonly learningRate: number;
  /** First values of the VAE's parameters. */
  readonly initial: Float32Array;
  /** Noise, masks, permutations and the discriminator come from its splits. */
  readonly random: Random;
}

export const createTrainer = (scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> =>
  options.objective.name === 'factor'
    ? createFactorTrainer(scope, runtime, options, options.objective)
    : createPlainTrainer(scope, runtime, options);

async function createPlainTrainer(scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
  const { vae, objective, fill, rows, random, count } = options;
  const regularize = regularizerOf(objective, { vae, rows, count });
  const learner = createLearner(scope, runtime, {
    name: 'vae',
    params: vae.params,
    initial: options.initial,
    ...(objective.name === 'quantized' && { decay: { rate: objective.weightDecay ?? 0.1, of: networkWeights(vae) } }),
  });
  const maskKey = maskKeyOf(random);
  const encoder = isControlled(objective)
    ? scope.own(await compile(traceKl(vae, rows), runtime, { inputs: { params: learner.params, maskKey } }))
    : undefined;
  const { inputs, outputs, run } = scope.own(
    await compile(traceTrainingStep(vae, rows, regularize), runtime, {
      inputs: { params: learner.params, maskKey },
      outputs: { grad: learner.grads },
    }),
  );
  const noise = random.split('noise');
  const moveFixed = fixedMover(vae, learner, outputs.next);
  return {
    learners: [learner],
    ...(encoder && {
      async kl(step) {
        fill(encoder.inputs.x.float32, step);
        maskKey.data[1] = step;
        await encoder.run();
        return klOf(encoder.outputs.kl.float32);
      },
    }),
    async run(step, { beta, setPoint }) {
      fill(inputs.x.float32, step);
      noise.split(step).normal(inputs.noise.float32);
      inputs.beta.float32[0] = beta;
      inputs.setPoint.float32[0] = setPoint ?? 0;
      maskKey.data[1] = step;
      await run();
      const losses = lossesOf(outputs);
      learner.step(options.learningRate);
      moveFixed();
      return losses;
    },
  };
}

async function createFactorTrainer(
  scope: Scope,
  runtime: Runtime,
  options: TrainerOptions,
  { gamma = 10, discriminator: settings = {} }: Extract<Objective, { name: 'factor' }>,
): Promise<Trainer> {
  const { vae, fill, rows, random } = options;
  checkQuantized(vae, 'factor');
  const { latent } = vae;
  const discriminator = createDiscriminator(latent, settings);
  const learner = createLearner(scope, runtime, { name: 'vae', params: vae.params, initial: options.initial });
  const critic = createLearner(scope, runtime, {
    name: 'discriminator',
    params: discriminator.params,
    initial: initialParams(discriminator.params, random.split('discriminator')),
    moments: { beta1: 0.5, beta2: 0.9 },
  });
  const maskKey = maskKeyOf(random);
  const { inputs, outputs, run } = scope.own(
    await compile(traceFactorStep(vae, discriminator, gamma, rows), runtime, {
      inputs: { params: learner.params, discriminator: critic.params, maskKey },
      outputs: { grad: learner.grads, discriminatorGrad: critic.grads },
    }),
  );
  const [noise, orders] = [random.split('noise'), random.split('order')];
  const moveFixed = fixedMover(vae, learner, outputs.next);
  return {
    learners: [learner, critic],
    async run(step, { beta }) {
      maskKey.data[1] = step;
      fill(inputs.x.float32, 2 * step);
      fill(inputs.others.float32, 2 * step + 1);
      const stream = noise.split(step);
      stream.normal(inputs.noise.float32);
      stream.normal(inputs.otherNoise.float32);
      permuteRows(inputs.order.int32, rows, orders.split(step));
      inputs.beta.float32[0] = beta;
      await run();
      const losses = lossesOf(outputs);
      learner.step(options.learningRate);
      critic.step(settings.learningRate ?? 1e-4);
      moveFixed();
      return losses;
    },
  };
}

/** For each latent a permutation of the rows, as positions in all of its columns. */
function permuteRows(order: Int32Array, rows: number, random: Random): void {
  for (let start = 0; start < order.length; start += rows) {
    order.set(random.permutation(rows), start);
    for (let i = start; i < start + rows; i++) order[i]! += start;
  }
}

/** The key of what layers draw: the bits of a seed; the step is set before each. */
function maskKeyOf(random: Random): { readonly data: Int32Array } {
  const data = new Int32Array(2);
  random.split('mask').bits(new Uint32Array(data.buffer, 0, 1));
  return { data };
}

/** Where the weights of the encoder and the decoder lie, without biases and whatever else has one axis. */
const networkWeights = ({ params: { encoder, decoder } }: Vae): LayoutLeaf[] =>
  layoutOf({ encoder, decoder }, 'params').leaves.filter(({ shape }) => shape.length > 1);

/** Writes what parameters become that no gradient moves, after a step. */
function fixedMover(vae: Vae, { params }: Learner, next: Float32Output | undefined): () => void {
  const fixed = fixedLeaves(vae);
  if (fixed.length === 0) return () => {};
  return () => {
    let at = 0;
    for (const { offset, size } of fixed) {
      params.data.set(next!.float32.subarray(at, at + size), offset);
      at += size;
    }
  };
}

interface Float32Output {
  readonly float32: Float32Array;
}

function lossesOf(outputs: Readonly<Record<'loss' | 'reconstruction' | 'kl', Float32Output>>): StepLosses {
  const klOfLatents = outputs.kl.float32;
  const reconstruction = checkFinite('reconstruction loss', outputs.reconstruction.float32[0]!);
  const kl = klOf(klOfLatents);
  return { reconstruction, kl, klOfLatents, loss: checkFinite('loss', outputs.loss.float32[0]!) };
}

const klOf = (klOfLatents: Float32Array): number =>
  checkFinite(
    'KL divergence',
    klOfLatents.reduce((sum, one) => sum + one, 0),
  );

function checkFinite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new DivergedError(`the ${name} is ${value}`);
}
