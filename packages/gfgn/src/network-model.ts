import { checkSettings, count, InputError, text } from '@unbraid/checks';
import { ShapeError } from '@unbraid/graph';
import { array, object, unknown } from 'zod';
import { buildNetwork } from './compose/build-network.ts';
import { describeNetwork } from './compose/describe-network.ts';
import { hearingOf } from './compose/hearing.ts';
import { staged, stagesIn } from './compose/staged.ts';
import { checkLayer, outputsOf } from './compose/widths.ts';
import { denseOf } from './layers/linear.ts';
import { type AnyNodeLayer, applyLayer } from './layers/node-layer.ts';
import {
  checkNames,
  createModel,
  type ModelFacts,
  type ModelName,
  type ModelSettings,
  type NetworkSettings,
  type NodeModel,
} from './models.ts';

/**
 * A network as a model of nodes with so many features and classes.
 * @throws {InputError} `setting`, for what is no network, and for one that takes or gives another width
 */
export function networkModel(network: AnyNodeLayer, { inputs, classes, names }: ModelFacts): NodeModel {
  checkLayer("fit's model", network);
  checkNames({ classes, ...(names && { names }) });
  const outputs = outputsOf(network);
  if (network.inputs !== undefined && network.inputs !== inputs)
    throw new InputError('setting', `gfgn: the model takes ${network.inputs} features, the graph has ${inputs}`);
  if (outputs !== undefined && outputs !== classes)
    throw new InputError(
      'setting',
      `gfgn: the model gives ${outputs} outputs for a node, there are ${classes} classes`,
    );
  const { json } = describeNetwork(network);
  const settings: NetworkSettings = {
    ...{ model: 'network', inputs, classes },
    ...(names && { names }),
    ...(json !== undefined && { network: json }),
  };
  const model: NodeModel = {
    ...{ settings, inputs, outputs: classes, params: network.params },
    ...hearingOf([network]),
    apply(params, x, context) {
      const logits = denseOf(applyLayer(network, params, x, context));
      const { nodes } = context.structure;
      if (logits.shape.join() === `${nodes},${classes}`) return logits;
      throw new ShapeError(
        `gfgn: the model gives [${logits.shape.join(', ')}], ${nodes} nodes of ${classes} classes take [${nodes}, ${classes}]`,
      );
    },
  };
  return staged(model, stagesIn(network));
}

/** What `fit` gives of a model besides its training, and what is read from a file. */
export interface ModelParts {
  readonly settings: ModelSettings;
  /** The network, where its layers are not all ours and `settings` can't tell it. */
  readonly network?: AnyNodeLayer | undefined;
}

const networkSettings = object({
  model: unknown(),
  network: unknown().optional(),
  inputs: count(),
  classes: count(),
  names: array(text(), { error: 'a list of names' }).optional(),
});

/**
 * The model that settings tell.
 * @param network what it is made of, where settings can't tell that
 * @throws {InputError} for settings that are unknown or out of range, and for a network of layers of one's own that isn't given
 */
export function modelOf({ settings, network }: ModelParts): NodeModel {
  if (settings?.model !== 'network') return createModel(settings);
  const { network: json, ...told } = checkSettings('gfgn: the settings of a network', networkSettings, settings);
  if (network === undefined && json === undefined)
    throw new InputError(
      'model',
      'gfgn: this model has layers of its own, which are in no file; give the network that was trained: { network }',
    );
  const { inputs, classes, names } = told;
  return networkModel(network ?? buildNetwork(json), { inputs, classes, ...(names && { names }) });
}

/** The network, where settings don't tell it. @param model what the settings were made of */
export const ownNetwork = (
  settings: ModelSettings,
  model: ModelName | AnyNodeLayer | undefined,
): { readonly network?: AnyNodeLayer } =>
  settings.model === 'network' && settings.network === undefined && typeof model === 'object' ? { network: model } : {};
