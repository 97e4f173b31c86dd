import { InputError, listed, showValue } from '@unbraid/checks';
import {
  type DType,
  reshape,
  type Shape,
  ShapeError,
  sizeOf,
  spec,
  type Tensor,
  type TensorSpec,
} from '@unbraid/graph';
import { showShape } from './show-shape.ts';

/** One input of a model: the shape of a row, without the batch axis, and the type of its entries. */
export interface InputSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A model, as far as its inputs go. */
export interface WithInputs {
  readonly inputs?: Readonly<Record<string, InputSpec>>;
}

/** What `apply` gets: a batch, or one for each input where the model names them. */
export type ModelInput = Tensor | Readonly<Record<string, Tensor>>;

/** One tensor that the graph of a model reads. */
export interface Reading extends InputSpec {
  /** Its name among the graph's inputs. */
  readonly key: string;
  /** The model's name for it; `x` where it has none. */
  readonly name: string;
}

/** The name of the one input of a model that names none. */
const PLAIN = 'x';

/**
 * What the graph of a model reads, for rows of `cols` numbers where the model names no inputs.
 * @throws {InputError} `model`, for inputs that are described wrongly
 */
export function readingsOf({ inputs }: WithInputs, cols: number): readonly Reading[] {
  if (inputs === undefined) return [{ key: PLAIN, name: PLAIN, shape: [cols], dtype: 'float32' }];
  const entries = Object.entries(inputs);
  if (entries.length === 0) throw new InputError('model', "nn: the model's inputs are an object without entries");
  return entries.map(([name, { shape, dtype }]) => {
    if (!Array.isArray(shape) || !shape.every((size: unknown) => Number.isSafeInteger(size) && Number(size) >= 1))
      throw new InputError(
        'model',
        `nn: the model's input ${showValue(name)} has the shape ${Array.isArray(shape) ? showShape(shape) : showValue(shape)}; sizes of at least 1 are needed`,
      );
    // Apart from the names of trees: a graph may have an input `x` beside these.
    return { key: `${PLAIN}:${name}`, name, shape, dtype };
  });
}

/** Inputs of a graph by name, the parameters of a model among them, typed as if they were one tensor. */
export type TensorSpecs = Readonly<Record<string, TensorSpec>>;

/** The graph's inputs for `rows` rows. */
export const specsOf = (readings: readonly Reading[], rows: number): TensorSpecs =>
  Object.fromEntries(readings.map(({ key, shape, dtype }) => [key, spec([rows, ...shape], dtype)]));

/** What `apply` gets of the graph's inputs. */
export function inputOf(
  { inputs }: WithInputs,
  readings: readonly Reading[],
  tensorOf: (reading: Reading) => Tensor,
): ModelInput {
  if (inputs === undefined) return tensorOf(readings[0]!);
  return Object.fromEntries(readings.map((reading) => [reading.name, tensorOf(reading)]));
}

/**
 * What is given to a model, as it takes it: a model with one named input takes a batch without a name, too, in its shape or as rows of as many numbers.
 * @throws {InputError} `model`, for a batch without a name where the model has several inputs, and the reverse
 * @throws {ShapeError} for inputs of another shape or type
 */
export function fitting({ inputs }: WithInputs, given: ModelInput): ModelInput {
  if (inputs === undefined) {
    if (isTensor(given)) return given;
    throw new InputError('model', `nn: the model takes one tensor, and got ${listed(Object.keys(given))}`);
  }
  const names = Object.keys(inputs);
  if (isTensor(given)) {
    if (names.length > 1)
      throw new InputError('model', `nn: the model reads ${listed(names)}, and got one tensor without a name`);
    const [name] = names as [string];
    return { [name]: shaped(name, given, inputs[name]!) };
  }
  return Object.fromEntries(
    names.map((name) => {
      if (!Object.hasOwn(given, name))
        throw new InputError('model', `nn: the model reads ${showValue(name)}, and got ${listed(Object.keys(given))}`);
      return [name, shaped(name, given[name]!, inputs[name]!)];
    }),
  );
}

const isTensor = (given: ModelInput): given is Tensor =>
  'operator' in given && 'dtype' in given && typeof given.dtype === 'string';

function shaped(name: string, x: Tensor, { shape, dtype }: InputSpec): Tensor {
  const [rows, ...row] = x.shape;
  const same = row.length === shape.length && row.every((size, axis) => size === shape[axis]);
  if (rows === undefined || x.dtype !== dtype || sizeOf(row) !== sizeOf(shape) || (!same && row.length !== 1))
    throw new ShapeError(
      `nn: the model's input ${name} is ${dtype} ${showShape(['rows' as never, ...shape])}, and got ${x.dtype} ${showShape(x.shape)}`,
    );
  return same ? x : reshape(x, [rows, ...shape]);
}
