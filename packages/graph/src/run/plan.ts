import { hostFormOf } from '../host/host-form.ts';
import { lower } from '../lower.ts';
import { checkInputs, type Named, valuesOf } from '../onnx/emit.ts';
import { constantValue } from '../operators/constant.ts';
import { isInput } from '../operators/input.ts';
import { sizeOf } from '../shape.ts';
import { simplify } from '../simplify.ts';
import type { Tensor } from '../tensor.ts';
import { topologicalOrder } from '../topology.ts';
import type { AnyGraph } from '../trace.ts';

/** What is computed together: by ONNX Runtime in one call, then by host operators one after another. */
export interface Stage {
  /** Each after what it is computed from. */
  readonly nodes: readonly Tensor[];
  readonly hosts: readonly Tensor[];
}

/** A graph cut around its host operators. Without any there is one stage. */
export interface Plan {
  readonly inputs: readonly Named[];
  /** The simplified tensors. */
  readonly outputs: readonly Named[];
  readonly stages: readonly Stage[];
  /** What depends on constants alone, and is computed wherever it is needed. */
  readonly free: ReadonlySet<Tensor>;
}

/**
 * Simplifies a graph and cuts it. A value comes in the first stage in which its inputs are there, or in a later one, when all its readers
 * are there and nothing larger than itself has to be kept for it.
 * @throws {InputError} `graph`, when two values have one name, or an output depends on an input of another graph
 */
export function planOf(graph: AnyGraph, outputPrefix: string): Plan {
  const { inputs, outputs } = valuesOf(graph, outputPrefix);
  const roots = lower(simplify(outputs.map(({ tensor }) => tensor)));
  const order = checkInputs(topologicalOrder(roots), inputs);
  const free = freeOf(order);
  const stageOf = earliest(order);
  delay(order, new Set(roots), free, stageOf);
  const count = 1 + order.reduce((most, tensor) => Math.max(most, stageOf.get(tensor)!), 0);
  const stages = Array.from({ length: count }, (): { nodes: Tensor[]; hosts: Tensor[] } => ({ nodes: [], hosts: [] }));
  for (const tensor of order) {
    if (isInput(tensor)) continue;
    const stage = stages[stageOf.get(tensor)!]!;
    (hostFormOf(tensor) ? stage.hosts : stage.nodes).push(tensor);
  }
  return { inputs, outputs: outputs.map(({ name }, i) => ({ name, tensor: roots[i]! })), stages, free };
}

/** Whether calls that read a value after the one that makes it can make it again, from what lies in memory in any case. */
export function isRecomputed({ operator, inputs: [x] }: Tensor): boolean {
  return operator.recomputed === true && (isInput(x!) || hostFormOf(x!) !== undefined);
}

function freeOf(order: readonly Tensor[]): Set<Tensor> {
  const free = new Set<Tensor>();
  for (const tensor of order) {
    if (isInput(tensor) || hostFormOf(tensor)) continue;
    if (constantValue(tensor) || (tensor.inputs.length > 0 && tensor.inputs.every((x) => free.has(x))))
      free.add(tensor);
  }
  return free;
}

/** Host operators come after ONNX Runtime in a stage, so what reads one for ONNX Runtime comes a stage later. */
function earliest(order: readonly Tensor[]): Map<Tensor, number> {
  const stageOf = new Map<Tensor, number>();
  for (const tensor of order) {
    const after = tensor.inputs.map((x) => stageOf.get(x)! + (hostFormOf(x) && !hostFormOf(tensor) ? 1 : 0));
    stageOf.set(tensor, Math.max(0, ...after));
  }
  return stageOf;
}

function delay(
  order: readonly Tensor[],
  roots: ReadonlySet<Tensor>,
  free: ReadonlySet<Tensor>,
  stageOf: Map<Tensor, number>,
) {
  const latest = new Map<Tensor, number>();
  for (const tensor of order.toReversed()) {
    const at = latest.get(tensor) ?? 0;
    const movable = !(isInput(tensor) || roots.has(tensor) || hostFormOf(tensor));
    const kept = tensor.inputs.filter((x) => !(isInput(x) || free.has(x)));
    // Costs nothing: an input that is no larger, or that a reader met before needs at that stage or later anyway.
    const costsNothing = (x: Tensor) => sizeOf(x.shape) <= sizeOf(tensor.shape) || latest.get(x)! >= at;
    if (movable && at > stageOf.get(tensor)! && kept.every(costsNothing)) {
      stageOf.set(tensor, at);
    }
    for (const x of tensor.inputs) {
      latest.set(x, Math.min(latest.get(x) ?? Number.POSITIVE_INFINITY, stageOf.get(tensor)!));
    }
  }
}
