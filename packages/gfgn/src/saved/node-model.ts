import { decodeSafetensors, type Safetensors } from '@unbraid/data';
import type { TrainedModel } from '../fit/options.ts';
import { modelOf, ownNetwork } from '../network-model.ts';
import { taskFrom } from '../tasks/from-json.ts';
import { encodeParams, type LoadModelOptions, openModelFile } from './params-file.ts';

const FORMAT = 'unbraid-gfgn-1';

/**
 * The bytes of a file of a trained model, safetensors: each parameter by its name, the settings as metadata, a network's layers among them. A network
 * with layers of one's own comes back where it is given again.
 * @throws {InputError} for parameters that don't fit the settings, or are not finite
 */
export const encodeModel = ({ settings, params, network, task }: TrainedModel): Uint8Array =>
  encodeParams(modelOf({ settings, network }).params, params, FORMAT, { settings, task });

/**
 * The model in the bytes that `encodeModel` gave.
 * @param path what errors call them
 * @throws {InputError} `model`, in one line, where they are of another kind, lack a tensor, or have values that are not finite; `file`, where
 * they are damaged
 */
export const decodeModel = (
  bytes: Uint8Array,
  path = 'the saved model',
  options: LoadModelOptions = {},
): TrainedModel => modelIn(decodeSafetensors(bytes, path), path, options);

/** The model in the content of a file. @throws {InputError} as `decodeModel` */
export function modelIn(file: Safetensors, path: string, options: LoadModelOptions = {}): TrainedModel {
  const opened = openModelFile(file, path, FORMAT, options);
  const { settings, params: tree } = opened.nodes;
  const params = opened.params(tree);
  const task = opened.has('task') ? opened.entry('task', (json) => taskFrom(json, settings.classes)) : undefined;
  return { settings, params, ...(task && { task }), ...ownNetwork(settings, options.network) };
}
