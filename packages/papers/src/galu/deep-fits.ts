import type { Checkpoints } from '@unbraid/experiment';
import { createGln } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { accuracy, cosineDecay, evaluateModel, fit, softmaxCrossEntropy } from '@unbraid/nn';
import type { DeepImages } from './deep-images.ts';
import { type DeepMethod, type DeepSizes, modelOf } from './deep-methods.ts';
import type { Digits } from './digits.ts';

/** One training; accuracies in percent. */
export interface DeepFit {
  readonly validation: number;
  readonly test: number;
  /** The epoch of the best validation accuracy, whose parameters count; passes over the rows of a gated linear network. */
  readonly epoch: number;
  readonly seconds: number;
  /** Of a ReLU network, whose gates others take. */
  readonly params?: Float32Array;
}

export interface DeepFitSettings extends DeepSizes {
  readonly epochs: number;
  readonly batchSize: number;
  readonly halfSpaces: number;
  readonly glnEpochs: number;
}

export interface DeepFitTools {
  readonly seed: number;
  readonly rate: number;
  /** Parameters of the trained ReLU network that the method builds on. */
  readonly learnt?: Float32Array | undefined;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly checkpoints: Checkpoints;
  onEpoch(epoch: number): void;
}

export const deepFit = (method: DeepMethod, images: DeepImages, settings: DeepFitSettings, tools: DeepFitTools) =>
  method === 'gln' ? glnFit(images, settings, tools) : gradientFit(method, images, settings, tools);

/** Adam with a rate that falls to 0 as half a cosine; the epoch of the best validation accuracy counts. */
async function gradientFit(
  method: Exclude<DeepMethod, 'gln'>,
  { training, validation, test }: DeepImages,
  { epochs, batchSize, ...sizes }: DeepFitSettings,
  { seed, rate, learnt, runtime, signal, checkpoints, onEpoch }: DeepFitTools,
): Promise<DeepFit> {
  const model = modelOf(method, sizes, learnt);
  const data = ({ x, labels }: Digits) => ({ x, y: labels });
  const { best, seconds } = await fit({
    model,
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    learningRate: cosineDecay(rate, epochs),
    data: data(training),
    validation: data(validation),
    keepBest: (epoch) => -epoch.validation!.accuracy!,
    batchSize,
    epochs,
    seed,
    signal,
    checkpoint: { load: () => checkpoints.load('fit'), save: (state) => checkpoints.save('fit', state) },
    onEpoch: ({ epoch }) => onEpoch(epoch),
    onWarning: () => {},
    runtime,
  });
  const { params, epoch, score } = best!;
  const scores = await evaluateModel(model, params, data(test), {
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    runtime,
  });
  return {
    validation: -100 * score,
    test: 100 * scores.accuracy!,
    epoch,
    seconds,
    ...((method === 'denseRelu' || method === 'convRelu') && { params }),
  };
}

/** Rows one after the other, one network for each class. */
async function glnFit(
  { training, validation, test }: DeepImages,
  { widths, halfSpaces, glnEpochs }: DeepFitSettings,
  { seed, rate, signal, onEpoch }: DeepFitTools,
): Promise<DeepFit> {
  const began = performance.now();
  const network = createGln({
    ...{ inputs: training.x.cols, layers: widths, classes: 10, halfSpaces, learningRate: rate, seed },
    decayFrom: training.x.rows,
  });
  for (let epoch = 1; epoch <= glnEpochs; epoch++) {
    await network.fit(training.x, training.labels, { signal });
    onEpoch(epoch);
  }
  const seconds = (performance.now() - began) / 1000;
  const percent = ({ x, labels }: Digits) => 100 * network.score(x, labels);
  return { validation: percent(validation), test: percent(test), epoch: glnEpochs, seconds };
}
