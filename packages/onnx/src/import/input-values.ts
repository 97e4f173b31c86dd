import { InputError, listed, shownShape, showValue } from '@unbraid/checks';
import { cast, constant, reshape, sizeOf, type Tensor } from '@unbraid/graph';
import type { InputSpec, ModelInput } from '@unbraid/nn';
import { elementType } from '../proto/element-type.ts';
import type { ValueProto } from '../proto/model-proto.ts';
import type { NamedTensors, OnnxFile, OnnxValue } from './onnx-model.ts';

type Sizes = readonly (number | string)[];

const shown = (sizes: Sizes): string => `[${sizes.map((size) => size || '?').join(', ')}]`;

/** An input or output as a tensor of ours. @throws {InputError} `model`, for an input that isn't numbers */
export function readable({ name, type, shape }: ValueProto, what: 'input' | 'output'): OnnxValue {
  const element = type === undefined ? undefined : elementType(type);
  if (element?.dtype) return { name, dtype: element.dtype, shape };
  // An output of another kind is never asked for in training; the node that makes it refuses.
  if (what === 'output') return { name, dtype: 'float32', shape };
  throw new InputError(
    'model',
    `onnx: the input ${showValue(name)} is of ${element?.name ?? 'no tensor'}, which isn't read; export the model with numbers in its place`,
  );
}

/** An input as it is given. @throws {InputError} `data`, for one that is missing or of another shape than the file takes */
export function checkedInput({ name, shape, dtype }: OnnxValue, value: Tensor | undefined, file: string): Tensor {
  if (!value) throw new InputError('data', `onnx: ${file}: the input ${showValue(name)} is missing`);
  // Any number of rows: many files are written for one, and take more.
  if (
    shape &&
    !(shape.length === value.shape.length && shape.every((size, i) => i === 0 || admits(size, value.shape[i]!)))
  )
    throw new InputError(
      'data',
      `onnx: ${file}: the input ${showValue(name)} is ${shownShape(value.shape)}, the file takes ${shown(shape)}`,
    );
  return value.dtype === dtype ? value : cast(value, dtype);
}

const admits = (size: number | string, given: number): boolean => typeof size === 'string' || size === given;

/** An input that is no data: a number stands in each place of it. @throws {InputError} `setting`, for a list of another length */
export function constantInput({ name, dtype, shape = [] }: OnnxValue, value: number | readonly number[]): Tensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
  const count = sizeOf(sizes);
  if (typeof value === 'number') return constant(new Array<number>(count).fill(value), sizes, dtype);
  if (value.length === count) return constant(value, sizes, dtype);
  throw new InputError(
    'setting',
    `onnx: constants gives ${value.length} values of ${showValue(name)}, which takes ${count}`,
  );
}

/** What a row of an input is, for data that come in rows. @throws {InputError} `setting`, where a size is open */
export function rowOf({ name, shape, dtype }: OnnxValue, { name: file, settings: { shapes } }: OnnxFile): InputSpec {
  const key = JSON.stringify(name);
  if (shape?.length === 0)
    throw new InputError(
      'setting',
      `onnx: the input ${showValue(name)} of ${file} is one number and not rows; give importOnnx constants: { ${key}: … }`,
    );
  const sizes = shape?.slice(1);
  const advice = `give importOnnx shapes: { ${key}: ${sizes ? shown(sizes) : '[…]'} } with a number for each size`;
  const asked = shapes?.[name];
  if (asked) {
    if (!sizes || (sizes.length === asked.length && sizes.every((size, i) => admits(size, asked[i]!))))
      return { shape: asked, dtype };
    throw new InputError(
      'setting',
      `onnx: shapes gives ${shownShape(asked)} for a row of ${showValue(name)}, which doesn't fit ${file}; ${advice}`,
    );
  }
  if (sizes?.every((size) => typeof size === 'number')) return { shape: sizes, dtype };
  throw new InputError('setting', `onnx: ${file} leaves sizes of its input ${showValue(name)} open; ${advice}`);
}

/** What `apply` gets, by name: a model of one input takes it alone, too, and flat rows of it. */
export function batchOf(x: ModelInput, given: readonly OnnxValue[], file: OnnxFile): NamedTensors {
  if (!isTensor(x)) return x;
  const [only, ...more] = given;
  if (!only || more.length > 0)
    throw new InputError(
      'data',
      `onnx: ${file.name} reads several inputs; give each by name: ${listed(given.map(({ name }) => name))}`,
    );
  const flat = x.shape.length === 2 && only.shape?.length !== 2;
  return { [only.name]: flat ? reshape(x, [x.shape[0]!, ...rowOf(only, file).shape]) : x };
}

const isTensor = (x: ModelInput): x is Tensor => 'operator' in x && 'dtype' in x && typeof x.dtype === 'string';
