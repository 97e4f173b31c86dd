import { checkSettings, oneOf } from '@unbraid/checks';
import { decodeSafetensors, type Safetensors } from '@unbraid/data';
import { object } from 'zod';
import { linkTree, type TrainedLinkModel } from '../links/fit-links.ts';
import { linkScoreNames } from '../links/link-score.ts';
import { modelOf, ownNetwork } from '../network-model.ts';
import { encodeParams, type LoadModelOptions, openModelFile } from './params-file.ts';

const FORMAT = 'unbraid-gfgn-links-1';

const schema = object({ score: oneOf(...linkScoreNames) });

/**
 * The bytes of a file of a model that `fitLinks` trained, as `encodeModel` gives them of a model of nodes.
 * @throws {InputError} for parameters that don't fit the settings, or are not finite
 */
export function encodeLinkModel(trained: TrainedLinkModel): Uint8Array {
  const { settings, params, score } = trained;
  return encodeParams(linkTree(modelOf(trained), score), params, FORMAT, { settings, links: { score } });
}

/**
 * The model in the bytes that `encodeLinkModel` gave; it predicts the same to the bit.
 * @param path what errors call them
 * @throws {InputError} `model`, in one line, where they are of another kind, lack a tensor, or have values that are not finite; `file`, where
 * they are damaged
 */
export const decodeLinkModel = (
  bytes: Uint8Array,
  path = 'the saved model',
  options: LoadModelOptions = {},
): TrainedLinkModel => linkModelIn(decodeSafetensors(bytes, path), path, options);

/** The model in the content of a file. @throws {InputError} as `decodeLinkModel` */
export function linkModelIn(file: Safetensors, path: string, options: LoadModelOptions = {}): TrainedLinkModel {
  const { nodes, entry, params } = openModelFile(file, path, FORMAT, options);
  const { settings } = nodes;
  const { score } = entry('links', (json) => checkSettings('gfgn: the model', schema, json as object));
  return { settings, params: params(linkTree(nodes, score)), score, ...ownNetwork(settings, options.network) };
}
