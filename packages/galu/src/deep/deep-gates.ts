import { checkSettings, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { f32, layoutOf, type Runtime, sizeOf, trace } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import { runOnce, runSettings, type StoppableOptions } from '../run-once.ts';
import type { DeepGalu, DeepGaluTensors } from './deep-galu.ts';

const options = z.object(runSettings);

/**
 * The gates of a deep network for each row: a matrix for each layer, rows × entries of what that layer gates.
 * @param params flat, as `fit` returns them
 * @throws {InputError} for parameters that are not as many as the model's, and for NaN and infinities in X
 * @throws {ShapeError} from the layer that can't take the rows
 */
export async function deepGates(
  model: DeepGalu,
  params: Float32Array,
  xs: MatrixLike,
  given: StoppableOptions = {},
): Promise<Matrix[]> {
  const { runtime, signal } = checkSettings('galu: deepGates', options, given);
  const x = toMatrix('galu: X', xs);
  const { size } = layoutOf(model.params, 'params');
  if (params.length !== size)
    throw new InputError('data', `galu: the model has ${size} parameters, ${params.length} values are given`);
  signal?.throwIfAborted();
  return evaluated(model, params, x, runtime ?? (await defaultRuntime()));
}

async function evaluated(model: DeepGalu, params: Float32Array, x: Matrix, runtime: Runtime): Promise<Matrix[]> {
  const specs = { params: model.params as unknown as ParamSpec, x: f32(x.rows, x.cols) };
  const graph = trace(specs, ({ params: p, x: rows }) =>
    Object.fromEntries(model.gatesOf(p as unknown as DeepGaluTensors, rows).map((gate, l) => [nameOf(l), gate])),
  );
  const layers = Object.values(graph.outputs).map(({ shape }) => createMatrix(x.rows, sizeOf(shape.slice(1))));
  const outputs = Object.fromEntries(layers.map((matrix, l) => [nameOf(l), matrix]));
  await runOnce(graph, runtime, { inputs: { params: { data: params }, x }, outputs });
  return layers;
}

const nameOf = (layer: number): string => `layer${layer}`;
