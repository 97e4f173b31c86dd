import { checkFiniteValues, InputError } from '@unbraid/checks';
import { encodeSafetensors, requireTensor, type Safetensors } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { checkParams } from '../fit/check-params.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import type { ModelSettings, NodeModel } from '../models.ts';
import { modelOf } from '../network-model.ts';

/** What reading a model may be told. */
export interface LoadModelOptions {
  /** The network whose parameters the file has; needed where it has layers of your own. */
  readonly network?: AnyNodeLayer | undefined;
}

/** A saved model of some kind, opened. */
export interface ModelFile {
  /** The model of nodes that its settings tell. */
  readonly nodes: NodeModel;
  /** Whether there is an entry of metadata. */
  has(entry: string): boolean;
  /** What an entry of metadata says, which `read` checks. @throws {InputError} `model`, where it is missing, or `read` throws */
  entry<T>(name: string, read: (json: unknown) => T): T;
  /** The parameters of a tree. @throws {InputError} `model`, where one is missing, of another shape or not finite */
  params(tree: AnyNodeLayer['params']): Float32Array;
}

/**
 * The bytes of a file of parameters, safetensors: each by its name, and facts as metadata, in JSON.
 * @throws {InputError} for parameters that don't fit the tree, or are not finite
 */
export function encodeParams(
  tree: AnyNodeLayer['params'],
  params: Float32Array,
  format: string,
  facts: Readonly<Record<string, unknown>>,
): Uint8Array {
  checkParams(tree, params);
  const { leaves } = layoutOf(tree, 'params');
  const tensors = Object.fromEntries(
    leaves.map(({ path: name, shape, offset, size }) => [
      name,
      { dtype: 'F32' as const, shape, data: params.subarray(offset, offset + size) },
    ]),
  );
  const told = Object.entries(facts).filter(([, fact]) => fact !== undefined);
  return encodeSafetensors(tensors, {
    format,
    ...Object.fromEntries(told.map(([name, fact]) => [name, JSON.stringify(fact)])),
  });
}

/**
 * Opens what `encodeParams` gave.
 * @param path what errors call it
 * @throws {InputError} `model`, for a file of another format, and settings that can't be
 */
export function openModelFile(
  file: Safetensors,
  path: string,
  format: string,
  { network }: LoadModelOptions,
): ModelFile {
  const refuse = (what: string, cause?: unknown) => new InputError('model', `gfgn: ${path}: ${what}`, { cause });
  const found = file.metadata.format;
  if (found !== format) throw refuse(`not a saved model (format ${found ?? 'missing'}, expected ${format})`);
  const has = (entry: string) => file.metadata[entry] !== undefined;
  const entry = <T>(name: string, read: (json: unknown) => T): T => {
    if (!has(name)) throw refuse(`the entry ${name} is missing`);
    try {
      return read(parse(file.metadata[name]!));
    } catch (error) {
      const what = name === 'settings' ? "the settings of the model don't fit" : `its ${name} can't be`;
      throw refuse(`${what}: ${(error as Error).message}`, error);
    }
  };
  return {
    nodes: entry('settings', (settings) => modelOf({ settings: settings as ModelSettings, network })),
    ...{ has, entry },
    params(tree) {
      const layout = layoutOf(tree, 'params');
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
      return params;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message may quote the file, in several lines.
    throw new InputError('model', 'not JSON', { cause: error });
  }
}
