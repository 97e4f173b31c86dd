import { showValue } from '@unbraid/checks';
import {
  abs,
  cast,
  concat,
  constant,
  type DType,
  div,
  equal,
  gather,
  greater,
  logicalNot,
  mul,
  norm,
  reduceMax,
  reduceSum,
  reshape,
  sub,
  type Tensor,
  where,
} from '@unbraid/graph';
import { valuesOf } from '../../proto/tensor-data.ts';
import type { Converters, NodeContext } from '../converter.ts';
import { isFloat } from './kernel-types.ts';

const float = (x: Tensor): Tensor => cast(x, 'float32');

/** One number for all columns, or one for each. */
function byColumn(node: NodeContext, values: readonly number[], x: Tensor, dtype: DType): Tensor {
  const columns = x.shape.at(-1) ?? 1;
  if (values.length === 1) return constant(values[0]!, [], dtype);
  if (values.length === columns) return constant(values, [columns], dtype);
  return node.fail(`it has ${values.length} numbers for ${columns} columns`);
}

function convertScaler(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const { attributes } = node;
  const numbers = (name: string, absent: number) => byColumn(node, attributes.floats(name) ?? [absent], x, 'float32');
  return [mul(sub(float(x), numbers('offset', 0)), numbers('scale', 1))];
}

/** Other values in the place of one, which may be NaN. */
function convertImputer(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const { attributes } = node;
  const values = isFloat(x) ? attributes.floats('imputed_value_floats') : attributes.integers('imputed_value_int64s');
  if (!values) return node.fail(`it has no values to put into ${x.dtype}`);
  const replaced = isFloat(x)
    ? attributes.float('replaced_value_float', 0)
    : attributes.integer('replaced_value_int64', 0);
  const missing = Number.isNaN(replaced) ? logicalNot(equal(x, x)) : equal(x, replaced);
  return [where(missing, byColumn(node, values, x, x.dtype), x)];
}

/** A row over its greatest entry, the sum of its entries' sizes, or its norm; a row of zeros stays. */
function convertNormalizer(node: NodeContext): readonly Tensor[] {
  const x = float(node.input(0));
  const over = { axes: [-1], keepDims: true };
  const name = node.attributes.text('norm', 'MAX');
  const scales: Readonly<Record<string, () => Tensor>> = {
    MAX: () => reduceMax(x, over),
    L1: () => reduceSum(abs(x), over),
    L2: () => norm(x, over),
  };
  if (!Object.hasOwn(scales, name)) return node.fail(`its norm is MAX, L1 or L2, not ${showValue(name)}`);
  const scale = scales[name]!();
  return [div(x, where(equal(scale, 0), 1, scale))];
}

function convertArrayFeatureExtractor(node: NodeContext): readonly Tensor[] {
  const [x, columns] = [node.input(0), node.input(1)];
  const indices = reshape(columns, [columns.shape.reduce((a, b) => a * b, 1)]);
  const taken = gather(x, indices, -1);
  return [x.shape.length === 1 ? reshape(taken, [1, taken.shape[0]!]) : taken];
}

function convertBinarizer(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const threshold = constant(node.attributes.float('threshold', 0), [], x.dtype);
  return [cast(greater(x, threshold), x.dtype)];
}

function convertFeatureVectorizer(node: NodeContext): readonly Tensor[] {
  const parts = node.inputs.map((_, i) => float(node.input(i)));
  const rows = parts.map((x) => (x.shape.length === 1 ? reshape(x, [1, x.shape[0]!]) : x));
  return [concat(rows, -1)];
}

/** A column of ones and zeros for each category; float data are cut to whole numbers first. */
function convertOneHotEncoder(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const categories = node.attributes.integers('cats_int64s');
  if (!categories) return refuseText(node, 'its categories are texts');
  const column = reshape(cast(x, 'int64'), [...x.shape, 1]);
  return [float(equal(column, constant(categories, [categories.length], 'int64')))];
}

/** Keys and values of a table that maps each entry to another. */
function convertLabelEncoder(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const keys = numbersOf(node, 'keys');
  const values = numbersOf(node, 'values');
  if (!keys) return refuseText(node, 'its keys are texts');
  if (!values) return refuseText(node, 'its values are texts');
  if (keys.data.length !== values.data.length)
    node.fail(`it has ${keys.data.length} keys and ${values.data.length} values`);
  const number = (value: number, dtype: DType) => constant(value, [], dtype);
  const absent = number(defaultOf(node, values.dtype), values.dtype);
  const start = where(equal(x, x), absent, absent);
  return [
    keys.data.reduce((y, key, i) => {
      const found = Number.isNaN(key) ? logicalNot(equal(x, x)) : equal(x, number(key, x.dtype));
      return where(found, number(values.data[i]!, values.dtype), y);
    }, start),
  ];
}

function numbersOf(node: NodeContext, side: string): { data: readonly number[]; dtype: DType } | undefined {
  const { attributes } = node;
  const integers = attributes.integers(`${side}_int64s`);
  if (integers) return { data: integers, dtype: 'int64' };
  const floats = attributes.floats(`${side}_floats`);
  if (floats) return { data: floats, dtype: 'float32' };
  const tensor = attributes.tensor(`${side}_tensor`);
  if (!tensor || tensor.type === TEXT) return undefined;
  const { data, dtype } = valuesOf(tensor);
  return { data: [...data], dtype };
}

/** Of TensorProto.DataType. */
const TEXT = 8;

function defaultOf({ attributes }: NodeContext, dtype: DType): number {
  const tensor = attributes.tensor('default_tensor');
  if (tensor) return valuesOf(tensor).data[0] ?? 0;
  return dtype === 'float32' || dtype === 'float64'
    ? attributes.float('default_float', 0)
    : attributes.integer('default_int64', -1);
}

export function refuseText(node: NodeContext, what: string): never {
  return node.fail(`${what}, and tensors hold numbers alone; encode texts before the model and export it from there`);
}

/** Preparation of features, of the domain `ai.onnx.ml`. */
export const classicFeatures: Converters = {
  Scaler: convertScaler,
  Imputer: convertImputer,
  Normalizer: convertNormalizer,
  ArrayFeatureExtractor: convertArrayFeatureExtractor,
  Binarizer: convertBinarizer,
  FeatureVectorizer: convertFeatureVectorizer,
  OneHotEncoder: convertOneHotEncoder,
  LabelEncoder: convertLabelEncoder,
  // The map of each row's classes to their scores is a row of the scores here.
  ZipMap: (node) => [node.input(0)],
};
