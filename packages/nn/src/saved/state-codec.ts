import { type ByteSource, InputError, showValue } from '@unbraid/checks';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@unbraid/checks/safetensors';
import type { Json, SavedState } from '../fit/checkpoint.ts';

const FORMAT = 'unbraid-fit-1';

/** The state of a fit as the bytes of a safetensors file, for a checkpoint store of your own, such as one in a browser's database. */
export function encodeState({ meta, arrays }: SavedState): Uint8Array<ArrayBuffer> {
  const tensors = Object.entries(arrays).map(([name, data]): [string, SafeTensor] => [name, tensorOf(data)]);
  return encodeSafetensors(Object.fromEntries(tensors), { format: FORMAT, meta: JSON.stringify(meta) }, 'nn');
}

function tensorOf(data: SavedState['arrays'][string]): SafeTensor {
  const shape = [data.length];
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  return { dtype: 'U8', shape, data };
}

/**
 * The state that `encodeState` wrote. Whether it is one of the fit at hand is seen by `fit`.
 * @param name how errors call the file
 * @throws {InputError} in one line, for bytes of another kind or version, or damaged
 */
export function decodeState(bytes: ByteSource, name = 'the checkpoint'): SavedState {
  const { tensors, metadata } = decodeSafetensors(bytes, name, 'nn');
  const { format, meta = 'null' } = metadata;
  if (format !== FORMAT) {
    const found = format === undefined ? 'missing' : showValue(format);
    throw new InputError('model', `nn: ${name} is no checkpoint of a fit (format ${found}, expected ${FORMAT})`);
  }
  const arrays = Object.entries(tensors).map(([key, { data }]) => {
    if (!(data instanceof BigInt64Array)) return [key, data] as const;
    throw new InputError('model', `nn: ${name} is damaged: its ${showValue(key)} is I64; delete it to begin anew`);
  });
  try {
    return { meta: JSON.parse(meta) as Json, arrays: Object.fromEntries(arrays) };
  } catch (cause) {
    throw new InputError('model', `nn: ${name} is damaged: its description is no JSON; delete it to begin anew`, {
      cause,
    });
  }
}
