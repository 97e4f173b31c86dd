import { input } from './operators/input.ts';
import type { Tensor, TensorSpec } from './tensor.ts';
import { mapTree, type TensorsOf, type Tree } from './tree.ts';

/** Inputs of a graph by name: trees of specifications. */
export type Specs = Readonly<Record<string, Tree<TensorSpec>>>;
/** Outputs of a graph by name: trees of tensors. */
export type Outputs = Readonly<Record<string, Tree<Tensor>>>;

/** Named inputs and named outputs, each a tensor or a tree of tensors: a function of tensors, written out. */
export interface AnyGraph {
  readonly inputs: Readonly<Record<string, Tree<Tensor>>>;
  readonly outputs: Outputs;
}

/** A graph whose inputs and outputs are typed by name. */
export interface Graph<I extends Specs, O extends Outputs> {
  readonly inputs: TensorsOf<I>;
  readonly outputs: O;
}

/**
 * Runs `f` once on symbolic inputs of the given shapes and keeps what it returns as a graph.
 * @example trace({ x: f32(128, 784), w: f32(784, 10) }, ({ x, w }) => ({ y: matmul(x, w) }))
 * @throws {ShapeError} from the operator that can't take its operands, at its line in `f`
 */
export function trace<I extends Specs, O extends Outputs>(specs: I, f: (inputs: TensorsOf<I>) => O): Graph<I, O> {
  const inputs = mapTree<I, Tensor>(specs, ({ shape, dtype }, path) => input(path, shape, dtype));
  return { inputs, outputs: f(inputs) };
}
