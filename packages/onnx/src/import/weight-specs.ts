import { checkFiniteValues, InputError, listed } from '@unbraid/checks';
import { sizeOf } from '@unbraid/graph';
import { fixedParam, type ParamSpec, param, parameterMatcher } from '@unbraid/nn';
import { elementType } from '../proto/element-type.ts';
import type { GraphProto, TensorProto } from '../proto/model-proto.ts';
import { checkTensor, copyFloats } from '../proto/tensor-data.ts';
import type { ImportSettings } from './import-settings.ts';
import { type Weight, weightsIn } from './weights.ts';

type Trainable = ImportSettings['trainable'];

/** Whether a tensor is a parameter and trained, whatever else is. */
type Asked = (name: string) => boolean;

/**
 * The parameters of a file's graph.
 * @throws {InputError} `not-finite`, for values that are NaN or infinite; `setting`, where `trainable` asks for nothing that is there
 */
export function weightsOf(graph: GraphProto, file: string, trainable: Trainable, asked: Asked): Weight[] {
  const named = trainable === undefined || typeof trainable === 'function' ? () => false : parameterMatcher(trainable);
  const weights = weightsIn(graph, (name) => asked(name) || named(name));
  for (const { name, tensor } of weights) {
    checkTensor(tensor);
    checkFinite(`onnx: ${file}: ${name}`, tensor);
  }
  if (trainable === undefined || weights.some((weight) => isTrained(weight, trainable, asked))) return weights;
  const names = weights.map(({ name }) => name);
  throw new InputError('setting', `onnx: trainable asks for no parameter of ${file}; it has ${listed(names)}`);
}

/** How a parameter is described to whoever trains the model: its first values are the file's. */
export function specOf(weight: Weight, trainable: Trainable, asked: Asked): ParamSpec {
  const { tensor, neuronAxis } = weight;
  const { shape } = tensor;
  const initializer = { fill: (out: Float32Array) => copyFloats(tensor, out) };
  const neurons = neuronAxis === undefined ? undefined : shape[neuronAxis]!;
  const options =
    neuronAxis === undefined || !neurons
      ? {}
      : { neuronAxis, fanIn: Math.max(1, sizeOf(shape) / neurons), fanOut: neurons };
  const described = param(shape, initializer, options);
  return isTrained(weight, trainable, asked) ? described : { ...fixedParam(shape, initializer), ...options };
}

const isTrained = ({ name, statistic }: Weight, trainable: Trainable, asked: Asked): boolean =>
  !statistic && (trainable === undefined || asked(name) || parameterMatcher(trainable)(name));

/** Values are looked at a piece at a time, so that no copy of all of them is made. */
const PIECE = 2 ** 16;

function checkFinite(label: string, tensor: TensorProto): void {
  const size = sizeOf(tensor.shape);
  const { bytes = 4 } = elementType(tensor.type);
  for (let from = 0; from < size; from += PIECE) {
    const to = Math.min(size, from + PIECE);
    const part = tensor.raw
      ? { ...tensor, raw: tensor.raw.subarray(from * bytes, to * bytes) }
      : { ...tensor, typed: (tensor.typed as readonly number[]).slice(from, to) };
    const values = new Float32Array(to - from);
    copyFloats(part, values);
    checkFiniteValues(label, values, 'the file is of training that diverged, or damaged');
  }
}
