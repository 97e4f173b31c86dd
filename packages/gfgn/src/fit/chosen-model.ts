import { InputError, oneOf } from '@unbraid/checks';
import { custom, union } from 'zod';
import { isLayer } from '../compose/widths.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { createModel, type ModelFacts, type ModelName, modelNames, modelSettings, type NodeModel } from '../models.ts';
import { networkModel } from '../network-model.ts';

const { hidden, depth, residual, dropout, limit, gateInputs } = modelSettings;

/** What `fit` may be told of a model. Nothing has a default here: those of a model by name are `createModel`'s, a network has none of these. */
export const fitModelSettings = {
  model: union([oneOf(...modelNames), custom<AnyNodeLayer>(isLayer)], {
    error: `${modelNames.map((name) => `"${name}"`).join(', ')}, or a network of layers`,
  }),
  hidden,
  depth: depth.unwrap().optional(),
  residual: residual.unwrap().optional(),
  dropout: dropout.unwrap().optional(),
  limit: limit.unwrap().optional(),
  gateInputs: gateInputs.unwrap().optional(),
};

/** Settings of models by name. */
interface Chosen {
  readonly model: ModelName | AnyNodeLayer;
  readonly hidden?: number | undefined;
  readonly depth?: number | undefined;
  readonly residual?: boolean | undefined;
  readonly dropout?: number | undefined;
  readonly limit?: number | undefined;
  readonly gateInputs?: boolean | undefined;
}

/** Width of what models by name give for a node where nothing else says it. */
const WIDTH = 64;

/**
 * How many numbers the model of nodes within a larger one gives for a node: `hidden` of a model by name.
 * @param who with what is called, such as `gfgn: fitLinks`
 * @throws {InputError} `setting`, for a network that doesn't say it
 */
export function innerWidth(who: string, { model, hidden }: Pick<Chosen, 'model' | 'hidden'>): number {
  const width = typeof model === 'string' ? (hidden ?? WIDTH) : model.outputs;
  if (width !== undefined) return width;
  throw new InputError(
    'setting',
    `${who}' model doesn't say how many outputs it gives for a node; give a layer with outputs`,
  );
}

/**
 * The model that `fit` is told to train.
 * @throws {InputError} `setting`, for a network that doesn't fit the graph, and for settings of models by name beside it
 */
export function chosenModel(
  { model, hidden, depth, residual, dropout, limit, gateInputs }: Chosen,
  facts: ModelFacts,
): NodeModel {
  const told = Object.entries({ hidden, depth, residual, dropout, limit, gateInputs }).filter(
    ([, value]) => value !== undefined,
  );
  if (typeof model === 'string') return createModel({ model, ...Object.fromEntries(told), ...facts });
  if (told.length > 0)
    throw new InputError(
      'setting',
      `gfgn: fit's ${told[0]![0]} is for models by name; a network of layers is made with settings of its own, so leave it out`,
    );
  return networkModel(model, facts);
}
