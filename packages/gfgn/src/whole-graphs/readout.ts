import { add, matmul, relu, type Tensor } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param, zeros } from '@unbraid/nn';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { neighborMax } from '../operators/segment-max.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import type { Structure } from '../structure.ts';

/** How the nodes of a graph become one row of numbers. */
export const readouts = ['mean', 'sum', 'max'] as const;
/** One of `readouts`. */
export type Readout = (typeof readouts)[number];

/** One row for each graph: the mean, the sum or the largest of its nodes' rows, number by number. @param x [nodes, width] @returns [graphs, width] */
function readOut(readout: Readout, x: Tensor, { graphs }: Structure): Tensor {
  if (readout === 'max') return neighborMax(graphs!.mean, x);
  return readout === 'mean' ? sparseMatmul(graphs!.mean, x) : sparseMatmul(graphs!.of, x, { transpose: true });
}

/** Parameters of a model of graphs: those of the model of nodes, and of the linear map behind the readout. */
export interface GraphModelParams {
  readonly nodes: AnyNodeLayer['params'];
  readonly head: { readonly weight: ParamSpec; readonly bias: ParamSpec };
}

/** Parameters of `width` numbers for each node and so many outputs for each graph. */
export const graphParams = (nodes: AnyNodeLayer['params'], width: number, outputs: number): GraphModelParams => ({
  nodes,
  head: { weight: param([width, outputs], glorotUniform, { neuronAxis: 1 }), bias: param([outputs], zeros) },
});

/** R(ReLU(z)) W + b, with R the readout of each graph. @param z what the model of nodes gives, [nodes, width] */
export function graphOutputs(readout: Readout, z: Tensor, params: unknown, structure: Structure): Tensor {
  const { head } = params as { readonly head: { readonly weight: Tensor; readonly bias: Tensor } };
  return add(matmul(readOut(readout, relu(z), structure), head.weight), head.bias);
}
