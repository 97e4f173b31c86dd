import { checkSettings, flag, oneOf } from '@unbraid/checks';
import { decodeSafetensors, type Safetensors } from '@unbraid/data';
import { object } from 'zod';
import { modelOf, ownNetwork } from '../network-model.ts';
import { taskFrom } from '../tasks/from-json.ts';
import type { TrainedGraphModel } from '../whole-graphs/fit-graphs.ts';
import { checkAnyGraph, wholeOf } from '../whole-graphs/graph-model.ts';
import { readouts } from '../whole-graphs/readout.ts';
import { encodeParams, type LoadModelOptions, openModelFile } from './params-file.ts';

const FORMAT = 'unbraid-gfgn-graphs-1';

const schema = object({
  readout: oneOf(...readouts),
  edges: object({ directed: flag().optional(), selfLoops: oneOf('one', 'keep').optional() }).strict(),
});

/**
 * The bytes of a file of a model that `fitGraphs` trained, as `encodeModel` gives them of a model of nodes.
 * @throws {InputError} for parameters that don't fit the settings, or are not finite
 */
export function encodeGraphModel(trained: TrainedGraphModel): Uint8Array {
  const { settings, params, task, readout, edges } = trained;
  const { params: tree } = wholeOf(modelOf(trained), task.outputs);
  return encodeParams(tree, params, FORMAT, { settings, task, graphs: { readout, edges } });
}

/**
 * The model in the bytes that `encodeGraphModel` gave; it predicts the same to the bit.
 * @param path what errors call them
 * @throws {InputError} `model`, in one line, where they are of another kind, lack a tensor, or have values that are not finite; `file`, where
 * they are damaged
 */
export const decodeGraphModel = (
  bytes: Uint8Array,
  path = 'the saved model',
  options: LoadModelOptions = {},
): TrainedGraphModel => graphModelIn(decodeSafetensors(bytes, path), path, options);

/** The model in the content of a file. @throws {InputError} as `decodeGraphModel` */
export function graphModelIn(file: Safetensors, path: string, options: LoadModelOptions = {}): TrainedGraphModel {
  const { nodes, entry, params } = openModelFile(file, path, FORMAT, options);
  const { settings } = nodes;
  entry('settings', () => checkAnyGraph(settings.model));
  const task = entry('task', (json) => taskFrom(json));
  const graphs = entry('graphs', (json) => checkSettings('gfgn: the model', schema, json as object));
  const { params: tree } = wholeOf(nodes, task.outputs);
  return { settings, params: params(tree), task, ...graphs, ...ownNetwork(settings, options.network) };
}
