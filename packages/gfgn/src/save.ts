import { checkFiniteValues, InputError } from '@unbraid/checks';
import { decodeSafetensors, encodeSafetensors, requireTensor, type Safetensors } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { checkParams } from './fit/check-params.ts';
import type { TrainedModel } from './fit/options.ts';
import type { AnyNodeLayer } from './layers/node-layer.ts';
import type { ModelSettings, NodeModel } from './models.ts';
import { modelOf, ownNetwork } from './network-model.ts';
import { taskFrom } from './tasks/from-json.ts';
import type { TaskFacts } from './tasks/task.ts';

const FORMAT = 'unbraid-gfgn-1';

/**
 * The bytes of a file of a trained model, safetensors: each parameter by its name, the settings as metadata, a network's layers among them. A network
 * with layers of one's own comes back where it is given again.
 * @throws {InputError} for parameters that don't fit the settings, or are not finite
 */
export function encodeModel({ settings, params, network, task }: TrainedModel): Uint8Array {
  const tree = modelOf({ settings, network }).params;
  checkParams(tree, params);
  const { leaves } = layoutOf(tree, 'params');
  const tensors = Object.fromEntries(
    leaves.map(({ path: name, shape, offset, size }) => [
      name,
      { dtype: 'F32' as const, shape, data: params.subarray(offset, offset + size) },
    ]),
  );
  return encodeSafetensors(tensors, {
    ...{ format: FORMAT, settings: JSON.stringify(settings) },
    ...(task && { task: JSON.stringify(task) }),
  });
}

/** What reading a model may be told. */
export interface LoadModelOptions {
  /** The network whose parameters the file has; needed where it has layers of your own. */
  readonly network?: AnyNodeLayer | undefined;
}

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
export function modelIn(file: Safetensors, path: string, { network }: LoadModelOptions = {}): TrainedModel {
  const refuse = (what: string, cause?: unknown) => new InputError('model', `gfgn: ${path}: ${what}`, { cause });
  if (file.metadata.format !== FORMAT)
    throw refuse(`not a saved model (format ${file.metadata.format ?? 'missing'}, expected ${FORMAT})`);
  const model = readModel(file.metadata.settings, network, refuse);
  const layout = layoutOf(model.params, 'params');
  // Before room is made for them: settings may claim any size.
  const tensors = layout.leaves.map(({ path: name, shape }) => {
    const tensor = requireTensor(file, name, 'F32');
    if (tensor.shape.join() !== shape.join())
      throw refuse(`${name} is [${tensor.shape.join(', ')}], the model's is [${shape.join(', ')}]`);
    checkFiniteValues(`gfgn: ${path}: ${name}`, tensor.data, 'the model is of no use; train it again');
    return tensor;
  });
  const params = new Float32Array(layout.size);
  for (const [i, { offset }] of layout.leaves.entries()) params.set(tensors[i]!.data, offset);
  const task = readTask(file.metadata.task, model.settings.classes, refuse);
  return { settings: model.settings, params, ...(task && { task }), ...ownNetwork(model.settings, network) };
}

/** What a model was trained to tell, where the file says so. */
function readTask(
  text: string | undefined,
  outputs: number,
  refuse: (what: string, cause?: unknown) => Error,
): TaskFacts | undefined {
  if (text === undefined) return undefined;
  try {
    return taskFrom(parse(text), outputs);
  } catch (error) {
    throw refuse(`its task can't be: ${(error as Error).message}`, error);
  }
}

function readModel(
  settings: string | undefined,
  network: AnyNodeLayer | undefined,
  refuse: (what: string, cause?: unknown) => Error,
): NodeModel {
  if (settings === undefined) throw refuse('the entry settings is missing');
  try {
    return modelOf({ settings: parse(settings) as ModelSettings, network });
  } catch (error) {
    throw refuse(`the settings of the model don't fit: ${(error as Error).message}`, error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message may quote the file, in several lines.
    throw new InputError('model', 'not JSON', { cause: error });
  }
}
