import { type SafeTensor, writeSafetensors } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';

/** The sizes of a training step to measure. */
export interface MlpProblem {
  readonly sizes: readonly [inputs: number, hidden: number, classes: number];
  readonly batch: number;
}

/** Batches that a side goes through in turn, so that a step does not meet the same data in its caches. */
const BATCHES = 4;
const LEARNING_RATE = 1e-3;

/**
 * Writes a problem for `readMlpTask`: He-normal weights, zero biases, standard normal inputs, uniform labels. The
 * same seed gives the same file.
 */
export async function writeMlpTask(file: string, { sizes, batch }: MlpProblem, seed: number): Promise<void> {
  const [inputs, hidden, classes] = sizes;
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: BATCHES * batch }, () => random.int(classes));
  await writeSafetensors(file, {
    W0: normal(random.split('W0'), [inputs, hidden], Math.sqrt(2 / inputs)),
    b0: normal(random.split('b0'), [hidden], 0),
    W1: normal(random.split('W1'), [hidden, classes], Math.sqrt(2 / hidden)),
    b1: normal(random.split('b1'), [classes], 0),
    x: normal(random.split('x'), [BATCHES, batch, inputs], 1),
    labels: { dtype: 'I32', shape: [BATCHES, batch], data: labels },
    learningRate: { dtype: 'F32', shape: [1], data: Float32Array.of(LEARNING_RATE) },
  });
}

function normal(random: Random, shape: readonly number[], deviation: number): SafeTensor<'F32'> {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (deviation > 0) random.normal(data, 0, deviation);
  return { dtype: 'F32', shape, data };
}
