import { InputError } from '@unbraid/checks';
import { applyScaling, fitStandardization, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { cosineDecay, FitError, fit, meanSquaredError } from '@unbraid/nn';
import { outputWeights } from '../gates.ts';
import { hiddenOf, reluNetwork } from '../twin.ts';

/** What a ReLU network is trained by, for its gates. */
export interface ReluTraining {
  /** Targets as they are computed with, m × c. */
  readonly y: Matrix;
  readonly steps: number;
  readonly learningRate: number;
  readonly random: Random;
  readonly runtime: Runtime;
  readonly signal: AbortSignal | undefined;
}

const BATCH = 128;

/**
 * Hidden weights of a ReLU network, trained on squared errors of targets that are scaled to a deviation of 1, whatever the loss: it is the cuts that are wanted, not the outputs.
 * @throws {InputError} where training diverges
 */
export async function reluGates(neurons: number, z: Matrix, training: ReluTraining): Promise<Matrix> {
  const { steps, learningRate, random, runtime, signal } = training;
  const y = applyScaling(fitStandardization(training.y), training.y);
  const a = outputWeights(neurons, y.cols, random.split('output weights'));
  const model = reluNetwork({ inputs: z.cols, a, trainOutput: true });
  const epochs = steps / Math.ceil(z.rows / BATCH);
  try {
    const { params } = await fit({
      model,
      loss: meanSquaredError,
      data: { x: z, y },
      batchSize: BATCH,
      steps,
      learningRate: cosineDecay(learningRate, epochs),
      seed: random.int(2 ** 31),
      keepBest: false,
      onWarning: () => {},
      runtime,
      ...(signal && { signal }),
    });
    return hiddenOf(model, params);
  } catch (cause) {
    if (!(cause instanceof FitError)) throw cause;
    const message = `galu: the ReLU network whose gates were to be taken diverged; give gates a learningRate below ${learningRate}, or scale: true`;
    throw new InputError('not-finite', message, { cause });
  }
}
