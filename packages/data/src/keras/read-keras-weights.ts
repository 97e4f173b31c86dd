import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkSettings, finite, InputError, type KerasLayer } from '@unbraid/checks';
import { fileError } from '@unbraid/checks/node';
import * as z from 'zod';
import { createBudget } from '../graphs/mat-matrix.ts';
import { hdf5Answer, hdf5Library, hdf5Reason } from '../hdf5-worker.ts';
import { extractKeras, type KerasAnswer, type KerasStart } from './keras-extract.ts';

/** What `readKerasWeights` takes beside the path. */
export interface KerasWeightsOptions {
  /** Bytes that all arrays may take, as they are and as float32. Default: 48 MiB, or 32 times the size of the file where that is more. */
  readonly limit?: number | undefined;
}

const schema = z.object({ limit: finite({ above: 0 }).optional() });

/**
 * The arrays of a Keras weights file (HDF5), layer by layer in Keras's order: of `save_weights` and `save` with `.h5` in Keras 1 and 2, and of `.weights.h5` in
 * Keras 3, whose arrays are called by number and whose layers are in the order of each class alone. Layers without weights of the first kind are empty. Shapes and axes are Keras's: `paramsFromKeras` of `@unbraid/nn` makes
 * parameters of them. Read by h5wasm, an optional dependency, in a thread that ends afterwards.
 *
 * @throws {InputError} one line: `missing`, where h5wasm isn't installed; `file`, where the file can't be read, is damaged, has none of these layouts or arrays
 * that aren't float32 or float64; `limit`, where it takes more than the limit unpacked
 */
export async function readKerasWeights(
  path: string,
  options: KerasWeightsOptions = {},
): Promise<readonly KerasLayer[]> {
  const { limit } = checkSettings('data: readKerasWeights', schema, options);
  await access(path, constants.R_OK).catch((error) => Promise.reject(fileError(error, 'read', path)));
  const { size } = await stat(path);
  const budget = createBudget(size, path, limit);
  const start: KerasStart = { library: hdf5Library(path), path: resolve(path), limit: budget.left };
  const answer = await hdf5Answer<KerasAnswer>(program, start, { name: path, size });
  if ('exceeded' in answer) throw budget.exceeded(shown(answer.exceeded));
  if ('refused' in answer)
    throw new InputError('file', `data: ${path} is no file of Keras weights: ${shown(answer.refused)}`);
  if ('fault' in answer) throw new InputError('file', `data: ${path} is damaged: ${shown(hdf5Reason(answer.fault))}`);
  return answer.layers;
}

const program = {
  thread: 'unbraid Keras',
  extract: extractKeras,
  buffers: '({ layers = [] }) => layers.flatMap(({ weights }) => weights.map(({ data }) => data.buffer))',
};

/** What is named in a file, in one line of a message. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 300)).slice(1, -1).replaceAll('\\"', '"');
