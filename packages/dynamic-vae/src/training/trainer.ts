import { compile, type Runtime, type Scope } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import type { Vae } from '../vae/create-vae.ts';
import { createDiscriminator } from './discriminator.ts';
import { DivergedError } from './diverged-error.ts';
import { traceFactorStep } from './factor-step.ts';
import type { FillBatch } from './image-source.ts';
import { createLearner, initialParams, type Learner } from './learner.ts';
import { isControlled, type Objective } from './objective.ts';
import { traceKl, traceTrainingStep } from './training-step.ts';

/** What a step measured, before its update. */
export interface StepLosses {
  /** −log p(x|z) in nats, summed over pixels. */
  readonly reconstruction: number;
  /** In nats, summed over latents. */
  readonly kl: number;
  /** Of each latent: a view, valid until the next step. */
  readonly klOfLatents: Float32Array;
  /** The penalty γ · total correlation of `factor`, 0 for the others. */
  readonly penalty: number;
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
  run(step: number, beta: number): Promise<StepLosses>;
}

export interface TrainerOptions {
  readonly vae: Vae;
  readonly objective: Objective;
  readonly fill: FillBatch;
  readonly rows: number;
  readonly learningRate: number;
  /** First values of the VAE's parameters. */
  readonly initial: Float32Array;
  /** Noise, permutations and the discriminator come from its splits. */
  readonly random: Random;
}

export const createTrainer = (scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> =>
  options.objective.name === 'factor'
    ? createFactorTrainer(scope, runtime, options, options.objective)
    : createPlainTrainer(scope, runtime, options);

async function createPlainTrainer(scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
  const { vae, objective, fill, rows, random } = options;
  const learner = createLearner(scope, runtime, { name: 'vae', params: vae.params, initial: options.initial });
  const encoder = isControlled(objective)
    ? scope.own(await compile(traceKl(vae, rows), runtime, { inputs: { params: learner.params } }))
    : undefined;
  const { inputs, outputs, run } = scope.own(
    await compile(traceTrainingStep(vae, rows), runtime, {
      inputs: { params: learner.params },
      outputs: { grad: learner.grads },
    }),
  );
  const noise = random.split('noise');
  return {
    learners: [learner],
    ...(encoder && {
      async kl(step) {
        fill(encoder.inputs.x.float32, step);
        await encoder.run();
        return klOf(encoder.outputs.kl.float32);
      },
    }),
    async run(step, beta) {
      fill(inputs.x.float32, step);
      noise.split(step).normal(inputs.noise.float32);
      inputs.beta.float32[0] = beta;
      await run();
      const losses = lossesOf(outputs.reconstruction.float32, outputs.kl.float32, 0);
      learner.step(options.learningRate);
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
  const { latent } = vae.settings;
  const discriminator = createDiscriminator(latent, settings);
  const learner = createLearner(scope, runtime, { name: 'vae', params: vae.params, initial: options.initial });
  const critic = createLearner(scope, runtime, {
    name: 'discriminator',
    params: discriminator.params,
    initial: initialParams(discriminator.params, random.split('discriminator')),
    moments: { beta1: 0.5, beta2: 0.9 },
  });
  const { inputs, outputs, run } = scope.own(
    await compile(traceFactorStep(vae, discriminator, gamma, rows), runtime, {
      inputs: { params: learner.params, discriminator: critic.params },
      outputs: { grad: learner.grads, discriminatorGrad: critic.grads },
    }),
  );
  const [noise, orders] = [random.split('noise'), random.split('order')];
  return {
    learners: [learner, critic],
    async run(step, beta) {
      fill(inputs.x.float32, 2 * step);
      fill(inputs.others.float32, 2 * step + 1);
      const stream = noise.split(step);
      stream.normal(inputs.noise.float32);
      stream.normal(inputs.otherNoise.float32);
      permuteRows(inputs.order.int32, rows, orders.split(step));
      inputs.beta.float32[0] = beta;
      await run();
      const penalty = gamma * outputs.totalCorrelation.float32[0]!;
      const losses = lossesOf(outputs.reconstruction.float32, outputs.kl.float32, penalty);
      learner.step(options.learningRate);
      critic.step(settings.learningRate ?? 1e-4);
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

function lossesOf([reconstruction]: Float32Array, klOfLatents: Float32Array, penalty: number): StepLosses {
  checkFinite('reconstruction loss', reconstruction!);
  checkFinite('penalty', penalty);
  return { reconstruction: reconstruction!, kl: klOf(klOfLatents), klOfLatents, penalty };
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
