import type { Matrix } from '@unbraid/data';
import { stratifiedSplit } from '@unbraid/data';
import { add, mul, type Tensor } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  type AnyModel,
  activation,
  adamW,
  applyModel,
  compilePredictor,
  decodeModel,
  dense,
  encodeModel,
  exportModel,
  fit,
  heUniform,
  inputShapeOf,
  meanSquaredError,
  type Optimizer,
  sequential,
  softmaxCrossEntropy,
  softmaxRows,
} from '@unbraid/nn';
import { type Answers, pick } from '../scores/answers.ts';
import type { LearnOptions, Opened, Part } from './learner.ts';

/** How a network is trained. */
export interface NetworkSettings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly learningRate: number;
  /** By default AdamW with a decay of `decay`. */
  readonly optimizer?: (() => Optimizer) | undefined;
  readonly decay: number;
  /** Most steps of the optimizer. */
  readonly steps: number;
  /** Epochs without a better validation loss after which training ends. */
  readonly patience: number;
  /** Whether all weights and biases are drawn from He's uniform distribution, as permuting them asks for. */
  readonly drawn?: boolean;
}

/** A trained network, and how well it did on the rows that training was stopped by. */
export interface TrainedNetwork {
  readonly model: Uint8Array;
  readonly validationLoss: number;
  readonly epochs: number;
}

/** Share of the rows that training is stopped by. */
const VALIDATION = 0.15;

/** Trains a network of ReLU layers by mini-batches until the loss of rows that are held out of training rises. */
export async function trainNetwork(
  { x, answers, weights }: Part,
  settings: NetworkSettings,
  { seed, signal, tell }: LearnOptions,
): Promise<TrainedNetwork> {
  const scale = scaleOf(answers);
  const model = networkOf(x.cols, settings, answers);
  const { train, test } = validationRows(answers, seed);
  const dataOf = (rows: Int32Array) => ({
    x: rowsOf(x, rows),
    y: targetsOf(answers, rows, scale),
    ...(weights && { weights: pick(weights, rows) }),
  });
  const batchSize = train.length < 2000 ? 32 : train.length < 20_000 ? 128 : 256;
  const epochs = Math.max(5, Math.ceil((settings.steps * batchSize) / train.length));
  const { params, best, history } = await fit({
    model,
    loss: answers.task === 'regression' ? meanSquaredError : softmaxCrossEntropy,
    data: dataOf(train),
    validation: dataOf(test),
    optimizer: settings.optimizer?.() ?? adamW({ weightDecay: settings.decay }),
    learningRate: settings.learningRate,
    batchSize,
    epochs: Math.min(1000, epochs),
    earlyStopping: { patience: settings.patience },
    seed,
    signal,
    onEpoch: ({ epoch }) => tell(`epoch ${epoch}`),
    onWarning: () => undefined,
  });
  const notes = { scale: JSON.stringify(scale) };
  return {
    model: encodeModel({ model, params, notes }),
    validationLoss: best?.score ?? Number.NaN,
    epochs: history.length,
  };
}

/** By which targets are standardized in training. */
interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

function scaleOf(answers: Answers): Scale {
  if (answers.task === 'classification') return { mean: 0, deviation: 1 };
  const { values } = answers;
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function networkOf(features: number, { hidden, drawn = false }: NetworkSettings, answers: Answers): AnyModel {
  const outputs = answers.task === 'regression' ? 1 : answers.classes.length;
  const sizes = [features, ...hidden];
  const options = drawn ? { init: heUniform, bias: heUniform } : {};
  return sequential([
    ...hidden.flatMap((width, i) => [dense(sizes[i]!, width, options), activation('relu')]),
    dense(sizes.at(-1)!, outputs, options),
  ]);
}

function validationRows(answers: Answers, seed: number): { train: Int32Array; test: Int32Array } {
  const random = createRandom(seed).split('validation');
  const rows = answers.task === 'regression' ? answers.values.length : answers.labels.length;
  const count = Math.max(1, Math.round(VALIDATION * rows));
  if (answers.task === 'classification') {
    const { chosen, rest } = stratifiedSplit(answers.labels, { size: { count }, random });
    return { train: rest, test: chosen };
  }
  const order = random.permutation(rows);
  return { train: order.slice(count), test: order.slice(0, count) };
}

function rowsOf(x: Matrix, rows: Int32Array): { data: Float32Array; rows: number; cols: number } {
  const data = new Float32Array(rows.length * x.cols);
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols);
  });
  return { data, rows: rows.length, cols: x.cols };
}

function targetsOf(answers: Answers, rows: Int32Array, { mean, deviation }: Scale): Int32Array | Float32Array {
  if (answers.task === 'classification') return pick(answers.labels, rows);
  return Float32Array.from(rows, (row) => (answers.values[row]! - mean) / deviation);
}

/** A network that was trained, with the scale of its targets. */
function decoded(bytes: Uint8Array): { model: AnyModel; params: Float32Array; scale: Scale } {
  const { model, params, notes } = decodeModel(bytes);
  return { model, params, scale: JSON.parse(notes?.scale ?? '{"mean":0,"deviation":1}') as Scale };
}

/** Opens a network that `trainNetwork` gave. */
export async function openNetwork(bytes: Uint8Array, task: Answers['task']): Promise<Opened> {
  const { model, params, scale } = decoded(bytes);
  const predictor = await compilePredictor(model, params, { batchSizes: [1, 64, 1024, 8192] });
  return {
    async outputs(x) {
      const outputs = await predictor.predict(x);
      if (task === 'classification') return softmaxRows(outputs);
      for (let i = 0; i < outputs.data.length; i++) outputs.data[i] = outputs.data[i]! * scale.deviation + scale.mean;
      return outputs;
    },
    release: () => predictor.release(),
  };
}

/** Its ONNX file: features `x` to `y`, logits or the quantity in its own unit. */
export function networkOnnx(bytes: Uint8Array, task: Answers['task']): Uint8Array {
  const { model, params, scale } = decoded(bytes);
  const inUnits: AnyModel = {
    params: model.params,
    apply: (given: never, x: Tensor) => add(mul(applyModel(model, given, x), scale.deviation), scale.mean),
  };
  const inputShape = inputShapeOf('fit', model, undefined);
  return exportModel(task === 'regression' ? inUnits : model, params, { inputShape });
}
