import { InputError, shownShape, showValue } from '@unbraid/checks';
import { floatOfHalf } from '@unbraid/checks/safetensors';
import { type DType, type NdArray, sizeOf } from '@unbraid/graph';
import { BFLOAT16, bfloatOf, type ElementType, elementType, FLOAT16 } from './element-type.ts';
import type { TensorProto } from './model-proto.ts';

/** The type in which a tensor's values are held here. @throws {InputError} `model`, for a type that isn't read */
export function dtypeOfTensor(tensor: TensorProto): DType {
  const { name, dtype } = elementType(tensor.type);
  if (dtype !== undefined) return dtype;
  throw new InputError(
    'model',
    `onnx: the tensor ${showValue(tensor.name)} has values of ${name}, which aren't read; save it as float32, float16 or whole numbers`,
  );
}

/**
 * Checks that a tensor holds as many values as its shape says, before room is made for them.
 * @throws {InputError} `model`, naming the tensor
 */
export function checkTensor(tensor: TensorProto): void {
  const { name, shape, raw, typed, type } = tensor;
  dtypeOfTensor(tensor);
  const refuse = (what: string) => new InputError('model', `onnx: the tensor ${showValue(name)} ${what}`);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw refuse(`has the shape ${shownShape(shape)}; sizes are whole numbers of at least 0`);
  const bytes = elementType(type).bytes!;
  const held = raw === undefined ? typed!.length : raw.length / bytes;
  if (held !== sizeOf(shape))
    throw refuse(`of shape ${shownShape(shape)} needs ${sizeOf(shape)} values, the file has ${held}`);
}

/** All values of a tensor, in double precision. @throws {InputError} `model`, as `checkTensor` */
export function valuesOf(tensor: TensorProto): NdArray {
  checkTensor(tensor);
  const data = new Float64Array(sizeOf(tensor.shape));
  const { dtype, read, bytes } = elementType(tensor.type) as Required<ElementType>;
  if (tensor.raw) {
    const view = viewOf(tensor.raw);
    for (let i = 0; i < data.length; i++) data[i] = read(view, i * bytes);
  } else {
    const from = fromTyped(tensor.type);
    for (let i = 0; i < data.length; i++) data[i] = from(tensor.typed![i] as number);
  }
  return { shape: tensor.shape, dtype, data };
}

/** Writes the values of a tensor of numbers into a run of as many float32. */
export function copyFloats(tensor: TensorProto, to: Float32Array): void {
  const { bytes, read, name } = elementType(tensor.type) as Required<ElementType>;
  if (tensor.raw && name === 'float32' && LITTLE_ENDIAN) {
    new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(tensor.raw);
    return;
  }
  if (tensor.raw) {
    const view = viewOf(tensor.raw);
    for (let i = 0; i < to.length; i++) to[i] = read(view, i * bytes);
    return;
  }
  const from = fromTyped(tensor.type);
  for (let i = 0; i < to.length; i++) to[i] = from(tensor.typed![i] as number);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Typed fields hold small floats as their bits. */
const fromTyped = (type: number): ((value: number) => number) =>
  type === FLOAT16 ? floatOfHalf : type === BFLOAT16 ? bfloatOf : (value) => value;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
