import { checkFiniteValues, checkSettings, InputError, listed, text } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { type LayoutLeaf, layoutOf, leavesOf } from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import type { GivenGates } from './given.ts';

/** Which parameters the first layer has, by name; by default the first matrix, and the first vector as long as it has neurons. */
export interface FirstLayer {
  readonly weight?: string;
  readonly bias?: string | false;
}

const settings = z.object({ weight: text().optional(), bias: z.union([text(), z.literal(false)]).optional() });

/**
 * The neurons of a model's first layer as gates: of a model of `@unbraid/nn` that begins with `dense`, or of an imported ONNX file that begins with a product. They open where
 * that layer's outputs are at least 0, so where a ReLU behind it is on.
 * @param params all parameters of the model in a row
 * @throws {InputError} for names that aren't the model's, a model without a matrix, and values that aren't finite or too few
 */
export function gatesOf(model: Pick<AnyModel, 'params'>, params: Float32Array, layer: FirstLayer = {}): GivenGates {
  const { weight, bias } = checkSettings('galu: gatesOf', settings, layer);
  const { size, leaves } = layoutOf(model.params, 'params');
  if (params.length !== size) {
    throw new InputError('data', `galu: the model has ${size} parameters, ${params.length} values are given`);
  }
  checkFiniteValues('galu: params', params, 'train the model again');
  const matrix = find(leaves, weight, ({ shape }) => shape.length === 2, 'a matrix');
  const spec = leavesOf<ParamSpec>(model.params).find(({ path }) => path === matrix.path)!.value;
  const weights = neuronsOf(matrix, spec.neuronAxis ?? 1, params);
  const isBias = ({ shape }: LayoutLeaf) => shape.length === 1 && shape[0] === weights.rows;
  if (bias === false || (bias === undefined && !leaves.some(isBias))) return { weights };
  const { offset, size: length } = find(leaves, bias, isBias, `a vector of ${weights.rows}`);
  return { weights, offsets: params.slice(offset, offset + length) };
}

/** The parameter of a name, or the first that fits. */
function find(
  leaves: readonly LayoutLeaf[],
  name: string | undefined,
  fits: (leaf: LayoutLeaf) => boolean,
  what: string,
): LayoutLeaf {
  const found = leaves.find((leaf) => fits(leaf) && (name === undefined || leaf.path === name));
  if (found) return found;
  const names = listed(leaves.map(({ path, shape }) => `${path} [${shape.join(', ')}]`));
  const asked = name === undefined ? what : `${what} named ${name}`;
  throw new InputError('model', `galu: gatesOf: the model has no parameter that is ${asked}; it has ${names}`);
}

/** A row for each neuron. */
function neuronsOf({ shape, offset, size }: LayoutLeaf, neuronAxis: number, params: Float32Array): Matrix {
  const [rows, cols] = shape as readonly [number, number];
  const data = params.slice(offset, offset + size);
  if (neuronAxis === 0) return createMatrix(rows, cols, data);
  return createMatrix(
    cols,
    rows,
    data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!),
  );
}
