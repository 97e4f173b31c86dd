import { checkFiniteValues, InputError, shownShape, showValue } from '@unbraid/checks';
import { cast, constant, type DType, reshape, type Shape, sizeOf, type Tensor } from '@unbraid/graph';
import { fixedParam, inference, type Mode, type ParamSpec, param } from '@unbraid/nn';
import { convert } from '../convert/convert.ts';
import { elementType } from '../proto/element-type.ts';
import type { ValueProto } from '../proto/model-proto.ts';
import { checkTensor, copyFloats, dtypeOfTensor } from '../proto/tensor-data.ts';
import { checkName, type ImportSettings } from './import-bytes.ts';
import { matcherOf } from './matcher.ts';
import type { NamedTensors, OnnxFile, OnnxModel, OnnxParams, OnnxValue } from './onnx-model.ts';
import { type Weight, weightsIn } from './weights.ts';

/** The model of a file whose graph is checked. @throws {InputError} `setting`, for a name that it doesn't have; `not-finite`, for weights */
export function modelOf(file: OnnxFile, settings: ImportSettings): OnnxModel {
  const { graph, proto } = file;
  const values = graph.inputs.map((value) => readable(value, 'input'));
  const outputs = graph.outputs.map((value) => readable(value, 'output'));
  const names = values.map(({ name }) => name);
  for (const name of Object.keys({ ...settings.shapes, ...settings.constants })) checkName('input', name, names);
  const output = settings.output ?? outputs[0]?.name;
  if (output === undefined) throw new InputError('model', `onnx: ${file.name} has no output`);
  checkName(
    'output',
    output,
    outputs.map(({ name }) => name),
  );
  const constants = new Map(Object.entries(settings.constants ?? {}));
  const given = values.filter(({ name }) => !constants.has(name));
  const weights = weightsOf(file, settings);
  const params: OnnxParams = Object.fromEntries(weights.map((weight) => [weight.name, specOf(weight, settings)]));

  const run: OnnxModel['run'] = (values, inputs, wanted = outputs.map(({ name }) => name), mode = inference) => {
    const known = new Map<string, Tensor>();
    const own = new Set<Tensor>();
    for (const { name, tensor } of weights) {
      const value = values[name]!;
      own.add(value);
      const dtype = dtypeOfTensor(tensor);
      known.set(name, dtype === 'float32' ? value : cast(value, dtype));
    }
    for (const value of given) known.set(value.name, inputOf(value, inputs[value.name], file));
    for (const [name, value] of constants) known.set(name, constantInput(find(graph.inputs, name), value));
    return Object.fromEntries(convert({ graph, opsets: proto.opsets, mode, given: known, parameters: own, wanted }));
  };
  const shapes = () => Object.fromEntries(given.map((value) => [value.name, rowOf(value, settings, file)]));
  return {
    name: `ONNX ${proto.producer || 'model'}`,
    params,
    get inputs() {
      return shapes();
    },
    given,
    outputs,
    output,
    metadata: Object.fromEntries(proto.metadata),
    file,
    run,
    apply(values, x, mode: Mode = inference) {
      return run(values, batchOf(x, given, shapes), [output], mode)[output]!;
    },
  };
}

const find = (values: readonly ValueProto[], name: string): ValueProto => values.find((value) => value.name === name)!;

function readable({ name, type, shape }: ValueProto, what: string): OnnxValue {
  const element = type === undefined ? undefined : elementType(type);
  if (element?.dtype) return { name, dtype: element.dtype, shape };
  const found = element ? element.name : 'no tensor';
  // Outputs of other kinds are never asked for by training; the node that makes them refuses.
  if (what === 'output') return { name, dtype: 'float32', shape };
  throw new InputError(
    'model',
    `onnx: the ${what} ${showValue(name)} is of ${found}, which isn't read; export the model with numbers in its place`,
  );
}

function weightsOf(file: OnnxFile, { trainable }: ImportSettings): Weight[] {
  const asked = trainable === undefined || typeof trainable === 'function' ? () => false : matcherOf(trainable);
  const weights = weightsIn(file.graph, asked);
  for (const { name, tensor } of weights) {
    checkTensor(tensor);
    checkFinite(file, name, tensor);
  }
  if (trainable !== undefined && !weights.some(({ name, statistic }) => !statistic && matcherOf(trainable)(name)))
    throw new InputError(
      'setting',
      `onnx: no parameter of ${file.name} has a name that trainable asks for; the names are those of the model's params: ${weights
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}…`,
    );
  return weights;
}

/** Values are looked at a piece at a time, so that no copy of all of them is made. */
const PIECE = 2 ** 16;

function checkFinite({ name: file }: OnnxFile, name: string, tensor: Weight['tensor']): void {
  const size = sizeOf(tensor.shape);
  const { bytes = 4 } = elementType(tensor.type);
  for (let from = 0; from < size; from += PIECE) {
    const count = Math.min(PIECE, size - from);
    const piece = new Float32Array(count);
    const part = tensor.raw
      ? { ...tensor, raw: tensor.raw.subarray(from * bytes, (from + count) * bytes) }
      : { ...tensor, typed: (tensor.typed as readonly number[]).slice(from, from + count) };
    copyFloats(part, piece);
    checkFiniteValues(`onnx: ${file}: ${name}`, piece, 'the file is of training that diverged, or damaged');
  }
}

function specOf({ tensor, statistic, name, neuronAxis }: Weight, { trainable }: ImportSettings): ParamSpec {
  const initializer = { fill: (out: Float32Array) => copyFloats(tensor, out) };
  const trained = !statistic && (trainable === undefined || matcherOf(trainable)(name));
  const { shape } = tensor;
  if (!trained) return { ...fixedParam(shape, initializer), ...(neuronAxis !== undefined && { neuronAxis }) };
  if (neuronAxis === undefined) return param(shape, initializer);
  const fanOut = shape[neuronAxis]!;
  return param(shape, initializer, { neuronAxis, fanIn: sizeOf(shape) / fanOut, fanOut });
}

function inputOf({ name, shape, dtype }: OnnxValue, value: Tensor | undefined, file: OnnxFile): Tensor {
  if (!value) throw new InputError('data', `onnx: ${file.name}: the input ${showValue(name)} is missing`);
  const fits =
    shape === undefined ||
    (shape.length === value.shape.length &&
      shape.every((size, i) => i === 0 || typeof size === 'string' || size === value.shape[i]));
  if (!fits)
    throw new InputError(
      'data',
      `onnx: ${file.name}: the input ${showValue(name)} is ${shownShape(value.shape)}, the file takes [${shape.map((size) => size || '?').join(', ')}]`,
    );
  return value.dtype === dtype ? value : cast(value, dtype);
}

/** A number stands in each place of the input. */
function constantInput({ name, type, shape }: ValueProto, value: number | readonly number[]): Tensor {
  const { dtype } = elementType(type!) as { readonly dtype: DType };
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : 1));
  const count = sizeOf(sizes);
  if (typeof value === 'number') return constant(new Array<number>(count).fill(value), sizes, dtype);
  if (value.length === count) return constant(value, sizes, dtype);
  throw new InputError(
    'setting',
    `onnx: constants gives ${value.length} values of ${showValue(name)}, which takes ${count}`,
  );
}

/** What a row of an input is, for data that come in rows. */
function rowOf(
  { name, shape, dtype }: OnnxValue,
  { shapes }: ImportSettings,
  file: OnnxFile,
): { shape: Shape; dtype: DType } {
  const asked = shapes?.[name];
  const sizes = shape?.slice(1);
  const advice = `give importOnnx shapes: { ${JSON.stringify(name)}: [${(sizes ?? ['…']).map((size) => size || '…').join(', ')}] } with a number for each size`;
  if (asked) {
    const fits =
      sizes === undefined ||
      (sizes.length === asked.length && sizes.every((size, i) => typeof size === 'string' || size === asked[i]));
    if (fits) return { shape: asked, dtype };
    throw new InputError(
      'setting',
      `onnx: shapes gives ${shownShape(asked)} for a row of ${showValue(name)}, which doesn't fit ${file.name}; ${advice}`,
    );
  }
  if (shape?.length === 0)
    throw new InputError(
      'setting',
      `onnx: the input ${showValue(name)} of ${file.name} is one number and not rows; give importOnnx constants: { ${JSON.stringify(name)}: … }`,
    );
  if (sizes?.every((size) => typeof size === 'number')) return { shape: sizes, dtype };
  throw new InputError('setting', `onnx: ${file.name} leaves sizes of its input ${showValue(name)} open; ${advice}`);
}

function batchOf(
  x: Tensor | NamedTensors,
  given: readonly OnnxValue[],
  shapes: () => OnnxModel['inputs'],
): NamedTensors {
  if (!('operator' in x)) return x as NamedTensors;
  if (given.length !== 1)
    throw new InputError(
      'data',
      `onnx: the model reads ${given.length} inputs; give a record of them: ${given.map(({ name }) => name).join(', ')}`,
    );
  const tensor = x as Tensor;
  const { name, shape } = given[0]!;
  // Rows of data are flat; an image's is not.
  const flat = tensor.shape.length === 2 && shape?.length !== 2;
  return { [name]: flat ? reshape(tensor, [tensor.shape[0]!, ...shapes()[name]!.shape]) : tensor };
}
