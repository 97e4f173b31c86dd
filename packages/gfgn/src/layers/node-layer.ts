import { constant, matmul, mul, type Tensor, type TensorsOf, type Tree } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Mode, ParamSpec } from '@unbraid/nn';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import type { Structure } from '../structure.ts';

/** Features of all nodes: float32 [nodes, cols], or a sparse matrix, with other values of its entries where dropout was there. */
export type Signal = Tensor | { readonly matrix: Csr; readonly values?: Tensor };

/** Gates of one layer, as tensors: what `smoothingScores` evaluates. */
export type GateTensors =
  /** s, float32 [1, width] for the graph or [nodes, width] for its nodes. */
  | { readonly grain: 'graph' | 'neighbor'; readonly scores: Tensor; readonly limit: number }
  /** s_ij = limit · σ(a_i + b_j), a and b float32 [nodes, width]. */
  | { readonly grain: 'pair'; readonly a: Tensor; readonly b: Tensor; readonly limit: number };

/** What a layer works with beside its parameters and its input. */
export interface Context {
  readonly structure: Structure;
  readonly mode: Mode;
  /** What is known of edges, float32 [entries of `structure.open`, features], in their order. Left out where nothing is. */
  readonly edgeFeatures?: Tensor;
  /** Dropout in training, of float32 entries or of a sparse matrix' values; by default a product by `mode.mask`. */
  readonly drop?: (x: Tensor | Csr, rate: number) => Tensor;
  /** Told the gates of each layer that has some. */
  readonly onGates?: (gates: GateTensors) => void;
}

/** What a layer, or a whole network, of nodes says of itself. */
export interface LayerFacts {
  /** What it is, such as `gcnLayer 1433 → 16`. */
  readonly name?: string;
  /** Width of the features that it takes; left out where any will do. */
  readonly inputs?: number;
  /** Width of what it gives for a node; left out where that is the width of its input, or isn't known. */
  readonly outputs?: number;
  /** Whether, where `outputs` is left out, that is the width of its input. Default true. */
  readonly keepsWidth?: boolean;
  /** How many times it hears along edges; left out where that isn't known, and batches of nodes are then told. */
  readonly hops?: number;
  /** Whether a node's output follows from nodes that it doesn't hear of, as from the mean of all. Default false. */
  readonly isGlobal?: boolean | undefined;
}

/**
 * A layer, or a whole network, of all nodes of a graph at once: a tree of parameters and a pure function of them. The graph comes when it is applied, so
 * one set of parameters serves many graphs, and a compiled step many batches of edges.
 */
export interface NodeLayer<P, Y extends Signal = Tensor> extends LayerFacts {
  readonly params: P;
  /**
   * What the layer makes of features [nodes, inputs]: [nodes, outputs].
   * @param params symbolic, of the shapes in the layer's own `params`
   */
  apply(params: TensorsOf<P>, x: Signal, context: Context): Y;
}

/** A part of a network that shares nothing with the next but the features of nodes. */
export interface NodeStage {
  /** How many times it hears along edges. */
  readonly hops: number;
  /** Whether a node's output follows from nodes that it doesn't hear of, as from the mean of all. */
  readonly isGlobal?: boolean | undefined;
  /** @param params of the whole network */
  apply(params: never, x: Signal, context: Context): Signal;
}

/** A layer or network whose tree of parameters is of any type. */
export interface AnyNodeLayer extends LayerFacts {
  readonly params: Tree<ParamSpec>;
  apply(params: never, x: Signal, context: Context): Signal;
}

/** The output of a layer for parameters that follow its tree; the tree's type is not checked. */
export const applyLayer = (layer: AnyNodeLayer, params: unknown, x: Signal, context: Context): Signal =>
  layer.apply(params as never, x, context);

export type Weight = { readonly weight: ParamSpec };

/** x · weight; a sparse x stays sparse. */
export function times(x: Signal, weight: Tensor): Tensor {
  return 'matrix' in x ? sparseMatmul(x.matrix, weight, x.values ? { values: x.values } : {}) : matmul(x, weight);
}

/** Dropout (Srivastava et al. 2014): of a sparse signal's entries, the others being zero whatever becomes of them. */
export function dropped(x: Signal, rate: number, { mode, drop = maskedBy(mode) }: Context): Signal {
  if (!mode.training || rate === 0) return x;
  if (!('matrix' in x)) return drop(x, rate);
  // A sparse matrix without entries has nothing to drop.
  if (x.matrix.columns.length === 0) return x;
  return { matrix: x.matrix, values: drop(x.values ?? x.matrix, rate) };
}

const maskedBy =
  (mode: Mode) =>
  (x: Tensor | Csr, rate: number): Tensor => {
    const entries = 'columns' in x ? constant(x.values, [x.values.length]) : x;
    return mul(entries, mul(mode.mask(entries.shape, 1 - rate), 1 / (1 - rate)));
  };
