import { InputError, showValue, unknownName } from '@unbraid/checks';
import type { Initializer, InitializerDescription } from '../initializers/initializer.ts';
import { ntk } from '../initializers/ntk.ts';
import { orthogonal } from '../initializers/orthogonal.ts';
import { filled, gaussian } from '../initializers/plain.ts';
import { glorotNormal, glorotUniform, heNormal, heUniform } from '../initializers/variance-scaling.ts';
import { activation } from '../layers/activation.ts';
import { appendColumns } from '../layers/append-columns.ts';
import { multiHeadAttention } from '../layers/attention.ts';
import { batchNorm } from '../layers/batch-norm.ts';
import { convTranspose2d } from '../layers/conv-transpose2d.ts';
import { conv1d } from '../layers/conv1d.ts';
import { conv2d } from '../layers/conv2d.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding } from '../layers/embedding.ts';
import { flatten, unflatten } from '../layers/flatten.ts';
import { globalAveragePool } from '../layers/global-average-pool.ts';
import { groupNorm, layerNorm } from '../layers/norms.ts';
import { averagePool2d, maxPool2d } from '../layers/pooling.ts';
import { positionalEmbedding, sinusoidalEmbedding } from '../layers/positional-embedding.ts';
import { gru, lstm } from '../layers/recurrent.ts';
import { residual } from '../layers/residual.ts';
import { sequential } from '../layers/sequential.ts';
import { transformerBlock } from '../layers/transformer-block.ts';
import type { AnyModel } from '../model.ts';
import { descriptionOf } from './description.ts';

/** A model as JSON, or what in it can't be written down. */
export interface Architecture {
  readonly json?: unknown;
  /** Layers that are not ours, or begin by a factor of their own: `1 (scale)`. */
  readonly own: readonly string[];
}

/** What a model is made of, where all of it is ours. */
export function describeModel(model: AnyModel): Architecture {
  const own: string[] = [];
  const visit = (layer: AnyModel, path: string): unknown => {
    const description = descriptionOf(layer);
    const inner = (key: string, model: AnyModel) => visit(model, path === '' ? key : `${path}.${key}`);
    const settings = description && describeSettings(description.settings, inner);
    if (!settings) {
      own.push(`${path === '' ? 'the model' : path}${layer.name === undefined ? '' : ` (${layer.name})`}`);
      return null;
    }
    if (description.layer !== 'sequential' || !layer.layers) return { layer: description.layer, settings };
    const layers = layer.layers.map(({ key, layer: inner }) => [
      key,
      visit(inner, path === '' ? key : `${path}.${key}`),
    ]);
    return { layer: 'sequential', settings: { ...settings, layers } };
  };
  const json = visit(model, '');
  return own.length > 0 ? { own } : { json, own };
}

/** Settings with initializers by name, and the models of branches described; undefined where one has a factor that no name tells. */
function describeSettings(
  settings: Readonly<Record<string, unknown>>,
  describe: (key: string, model: AnyModel) => unknown,
): Record<string, unknown> | undefined {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  const plain: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    if (isModel(value)) plain[key] = describe(key, value);
    else if (!isInitializer(value)) plain[key] = value;
    else if (value.description) plain[key] = value.description;
    else if (value.factor) return undefined;
    // One that is left out is the default when it is read: parameters come from the file anyway.
  }
  return plain;
}

const isModel = (value: unknown): value is AnyModel =>
  typeof value === 'object' && value !== null && 'apply' in value && 'params' in value;

const isInitializer = (value: unknown): value is Initializer =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'fill' in value;

const initializers: Readonly<Record<string, (value: number) => Initializer>> = {
  heNormal: () => heNormal,
  heUniform: () => heUniform,
  glorotNormal: () => glorotNormal,
  glorotUniform: () => glorotUniform,
  ntk: () => ntk,
  filled,
  gaussian,
  orthogonal,
};

type Settings = Readonly<Record<string, unknown>>;

/** Layers by name, from settings that each checks itself. */
const layers: Readonly<Record<string, (settings: Settings) => AnyModel>> = {
  dense: ({ inputs, outputs, ...options }) => dense(inputs as number, outputs as number, options),
  activation: ({ function: name, ...rest }) => alone('activation', rest, activation(name as 'relu')),
  dropout: ({ rate, ...rest }) => alone('dropout', rest, dropout(rate as number)),
  flatten: (rest) => alone('flatten', rest, flatten()),
  unflatten: ({ shape, ...rest }) => alone('unflatten', rest, unflatten(shape as number[])),
  conv2d: (settings) => conv2d(settings as never),
  convTranspose2d: (settings) => convTranspose2d(settings as never),
  maxPool2d: (settings) => maxPool2d(settings as never),
  averagePool2d: (settings) => averagePool2d(settings as never),
  batchNorm: (settings) => batchNorm(settings as never),
  conv1d: (settings) => conv1d(settings as never),
  embedding: ({ entries, features, ...options }) => embedding(entries as number, features as number, options),
  positionalEmbedding: ({ length, features, ...options }) =>
    positionalEmbedding(length as number, features as number, options),
  sinusoidalEmbedding: (rest) => alone('sinusoidalEmbedding', rest, sinusoidalEmbedding()),
  layerNorm: (settings) => layerNorm(settings as never),
  groupNorm: (settings) => groupNorm(settings as never),
  globalAveragePool: (settings) => globalAveragePool(settings as never),
  multiHeadAttention: (settings) => multiHeadAttention(settings as never),
  transformerBlock: (settings) => transformerBlock(settings as never),
  lstm: (settings) => lstm(settings as never),
  gru: (settings) => gru(settings as never),
  appendColumns: (settings) => appendColumns(settings as never),
};

function alone<M>(name: string, rest: Settings, layer: M): M {
  const stray = Object.keys(rest)[0];
  if (stray === undefined) return layer;
  throw new InputError('model', `nn: ${name} has no setting ${showValue(stray)}`);
}

/** Sequences in sequences; more are not written by anyone. */
const DEPTH = 64;

/**
 * The model that `describeModel` described.
 * @throws {InputError} in one line, for a layer that there isn't, and from the layer whose settings can't be
 */
export function buildModel(json: unknown, depth = 0): AnyModel {
  const { layer, settings } = asRecord(json, 'a layer');
  if (typeof layer !== 'string') throw new InputError('model', `nn: a layer is called ${showValue(layer)}`);
  const given = asRecord(settings, `the settings of ${showValue(layer)}`);
  if (layer === 'sequential') return buildSequence(given, depth);
  if (layer === 'residual') return buildResidual(given, depth);
  const make = Object.hasOwn(layers, layer) ? layers[layer] : undefined;
  if (!make)
    throw new InputError(
      'model',
      `nn: ${unknownName('layer', layer, [...Object.keys(layers), 'residual', 'sequential'])}`,
    );
  return make(
    Object.fromEntries(
      Object.entries(given).map(([key, value]) => [
        key,
        key === 'init' || key === 'bias' ? initializerOf(value) : value,
      ]),
    ),
  );
}

/** `sequential` of layers whose types aren't known. */
const stack = sequential as (layers: readonly AnyModel[] | Readonly<Record<string, AnyModel>>) => AnyModel;

function buildResidual({ branch, shortcut, ...rest }: Settings, depth: number): AnyModel {
  checkDepth(depth);
  const inner = buildModel(branch, depth + 1);
  return alone(
    'residual',
    rest,
    shortcut === undefined ? residual(inner) : residual(inner, buildModel(shortcut, depth + 1)),
  );
}

function checkDepth(depth: number): void {
  if (depth >= DEPTH) throw new InputError('limit', `nn: there are more than ${DEPTH} sequences in one another`);
}

function buildSequence({ list, layers: inner, ...rest }: Settings, depth: number): AnyModel {
  checkDepth(depth);
  if (typeof list !== 'boolean' || !Array.isArray(inner))
    throw new InputError('model', 'nn: a sequence has no list of layers');
  const entries = inner.map((entry: unknown): [string, AnyModel] => {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string')
      throw new InputError('model', 'nn: a layer of a sequence is no pair of a key and a layer');
    return [entry[0], buildModel(entry[1], depth + 1)];
  });
  return alone('sequential', rest, stack(list ? entries.map(([, layer]) => layer) : Object.fromEntries(entries)));
}

function initializerOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { name, value: number } = value as Partial<InitializerDescription>;
  const make = typeof name === 'string' && Object.hasOwn(initializers, name) ? initializers[name] : undefined;
  if (!make)
    throw new InputError(
      'model',
      `nn: ${unknownName('initializer', String(name).slice(0, 40), Object.keys(initializers))}`,
    );
  return make(number as number);
}

function asRecord(value: unknown, what: string): Settings {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Settings;
  throw new InputError('model', `nn: ${what} is ${showValue(value)}; an object is needed`);
}
