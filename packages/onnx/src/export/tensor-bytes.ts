import { InputError, showValue } from '@unbraid/checks';
import { elementType } from '../proto/element-type.ts';
import type { TensorProto } from '../proto/model-proto.ts';
import { bfloatOfFloat, halfOfFloat } from './half.ts';

const writers: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  float16: (view, at, value) => view.setUint16(at, halfOfFloat(value), true),
  bfloat16: (view, at, value) => view.setUint16(at, bfloatOfFloat(value), true),
};

/**
 * Writes values in the tensor's own type, little-endian.
 * @throws {InputError} `not-finite`, for a value that the type can't hold
 */
export function writeValues(tensor: TensorProto, values: Float32Array, to: Uint8Array): void {
  const { name, bytes } = elementType(tensor.type);
  if (name === 'float32' && LITTLE_ENDIAN) {
    to.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const view = new DataView(to.buffer, to.byteOffset, to.byteLength);
  const write = writers[name]!;
  if (name === 'float16') checkHalves(tensor, values);
  for (let i = 0; i < values.length; i++) write(view, i * bytes!, values[i]!);
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const MOST_HALF = 65_504;

function checkHalves({ name }: TensorProto, values: Float32Array): void {
  const wrong = values.find((value) => Math.abs(value) > MOST_HALF);
  if (wrong === undefined) return;
  throw new InputError(
    'not-finite',
    `onnx: ${showValue(name)} holds ${wrong}, and float16, the file's type, nothing above ${MOST_HALF}; export a file of float32`,
  );
}
