import { checkFiniteValues, checkSettings, given, InputError, showValue } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import * as z from 'zod';
import type { OnnxModel } from '../import/onnx-model.ts';
import { elementType } from '../proto/element-type.ts';
import { encodeModelProto } from '../proto/encode.ts';
import { mapTensors } from '../proto/map-tensors.ts';
import type { ModelProto, TensorProto } from '../proto/model-proto.ts';
import { writeValues } from './tensor-bytes.ts';

/** What `exportOnnx` takes. */
export interface ExportOptions {
  /** Texts to keep in the file by name, beside those that are there. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const schema = z.object({
  model: given<OnnxModel>(),
  metadata: z.record(z.string(), z.string(), { error: 'an object of texts' }).optional(),
});

/** What a file in the format of protobuf may hold. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of an `.onnx` file: that which the model was imported from, with other values of its parameters, in the file's own types. Everything else stays: nodes,
 * names of inputs and outputs, open sizes, metadata. Tensors that lay in files beside it lie in it.
 * @param params flat, as `fit` returns them
 * @throws {InputError} `data`, for parameters of another number; `not-finite`, for those that are NaN, infinite, or too large for the file's type;
 * `limit`, for a file of 2 GiB and more
 */
export function exportOnnx(
  model: OnnxModel,
  params: Float32Array,
  options: ExportOptions = {},
): Uint8Array<ArrayBuffer> {
  const { metadata } = checkSettings('onnx: exportOnnx', schema, { model, ...options });
  const values = valuesOf(model, params);
  const { bytes, proto } = model.file;
  if (metadata === undefined && inPlace(bytes, values)) {
    const copy = bytes.slice() as Uint8Array<ArrayBuffer>;
    for (const { tensor, values: own } of values.values()) {
      const { byteOffset, byteLength } = tensor.raw!;
      const start = byteOffset - bytes.byteOffset;
      writeValues(tensor, own, copy.subarray(start, start + byteLength));
    }
    return copy;
  }
  return encoded(withMetadata(withValues(proto, values), metadata));
}

function encoded(proto: ModelProto): Uint8Array<ArrayBuffer> {
  let size = 0;
  mapTensors(proto, (tensor) => {
    size += tensor.raw?.length ?? 0;
    return tensor;
  });
  if (size > MOST_BYTES)
    throw new InputError(
      'limit',
      `onnx: the model's tensors take ${size} bytes, such a file holds at most ${MOST_BYTES}`,
    );
  return encodeModelProto(proto);
}

interface NewValues {
  readonly tensor: TensorProto;
  readonly values: Float32Array;
}

/** What a tensor's values are known by, which are the same object wherever the tensor goes. */
const held = ({ raw, typed }: TensorProto): object => raw ?? typed!;

/** The new values of each tensor of the file that is a parameter, by what its values were. */
function valuesOf({ params: specs, file }: OnnxModel, params: Float32Array): Map<object, NewValues> {
  const layout = layoutOf(specs);
  if (!(params instanceof Float32Array) || params.length !== layout.size)
    throw new InputError(
      'data',
      `onnx: exportOnnx's params are ${showValue(params)}; ${layout.size} numbers in a Float32Array are needed`,
    );
  checkFiniteValues("onnx: exportOnnx's params", params, 'such a model computes nothing');
  const tensors = new Map(file.weights.map(({ name, tensor }) => [name, tensor]));
  return new Map(
    layout.leaves.map(({ path, offset, size }) => {
      const tensor = tensors.get(path)!;
      return [held(tensor), { tensor, values: params.subarray(offset, offset + size) }];
    }),
  );
}

/** Whether every parameter lies in the file as a run of bytes. */
const inPlace = (bytes: Uint8Array, values: ReadonlyMap<object, NewValues>): boolean =>
  [...values.values()].every(({ tensor: { raw } }) => raw?.buffer === bytes.buffer && isWithin(raw, bytes));

const isWithin = (part: Uint8Array, whole: Uint8Array): boolean =>
  part.byteOffset >= whole.byteOffset && part.byteOffset + part.byteLength <= whole.byteOffset + whole.byteLength;

const withValues = (proto: ModelProto, values: ReadonlyMap<object, NewValues>): ModelProto =>
  mapTensors(proto, (tensor) => {
    const own = values.get(held(tensor));
    if (!own) return tensor;
    const { typed: _, ...rest } = tensor;
    const raw = new Uint8Array(own.values.length * elementType(tensor.type).bytes!);
    writeValues(tensor, own.values, raw);
    return { ...rest, raw };
  });

function withMetadata(proto: ModelProto, metadata: Readonly<Record<string, string>> | undefined): ModelProto {
  if (metadata === undefined) return proto;
  return { ...proto, metadata: new Map([...proto.metadata, ...Object.entries(metadata)]) };
}
