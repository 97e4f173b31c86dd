import { InputError } from '@unbraid/checks';
import { pushforward } from '../autodiff/forward.ts';
import { pullback } from '../autodiff/reverse.ts';
import type { Runtime } from '../backends/backend.ts';
import type { DType } from '../dtype.ts';
import { evaluate } from '../evaluate.ts';
import { roundTo } from '../ndarray.ts';
import { input } from '../operators/input.ts';
import { type Shape, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Tensor } from '../tensor.ts';
import { substitute } from '../topology.ts';
import type { HostedOperator, HostForm, HostKernel } from './host-form.ts';

/** Entries from which an operator of this package is worth a kernel where there is one: a graph is cut around it. */
export const LEAST_HOSTED = 2 ** 15;

/** A value that a function of ours computes between runs of ONNX Runtime. */
export interface HostOperator {
  readonly name: string;
  /** Shape and element type of the result. @throws {ShapeError} */
  type(inputs: readonly Tensor[]): { readonly shape: Shape; readonly dtype: DType };
  /**
   * The same value in ordinary operators: what `evaluate` computes, what is exported, and where derivatives come from that have no rule
   * here. It need not be fast.
   */
  meaning(inputs: readonly Tensor[]): Tensor;
  /** Called once for each use in a graph that is compiled, with the tensor that it makes; may take memory from the arena. */
  prepare(runtime: Runtime, node: Tensor): HostKernel;
  /** Reverse rule, as of any operator; by default that of `meaning`. */
  vjp?(
    cotangent: Tensor,
    inputs: readonly Tensor[],
    output: Tensor,
    wanted: readonly boolean[],
  ): readonly (Tensor | undefined)[];
  /** Forward rule; by default that of `meaning`. */
  jvp?(tangents: readonly (Tensor | undefined)[], inputs: readonly Tensor[], output: Tensor): Tensor | undefined;
}

/**
 * A function on tensors whose value is computed by a kernel over the arena. `compile` cuts the graph around it. Uses of one such function
 * on the same inputs are computed once, so make it once for each setting and keep it.
 */
export function hostOperator(given: HostOperator): (...inputs: Tensor[]) => Tensor {
  const operator = operatorOf(given, { prepare: (runtime, node) => given.prepare(runtime, node) });
  return (...inputs) => apply(operator, inputs, {});
}

/** The operator, with every rule that is missing taken from its meaning. */
export function operatorOf(given: Omit<HostOperator, 'prepare'>, form: HostForm['form']): HostedOperator {
  const { name } = given;
  return {
    name,
    type: (inputs) => given.type(inputs),
    evaluate(values, { inputs, dtype }) {
      const standIns = standInsFor(inputs);
      const [result] = evaluate([meaningOf(given, standIns)], new Map(standIns.map((x, i) => [x, values[i]!])));
      return { ...result!, data: result!.data.map((x) => roundTo(dtype, x)) };
    },
    vjp: (cotangent, node, wanted) =>
      given.vjp?.(cotangent, node.inputs, node as unknown as Tensor, wanted) ??
      throughMeaning(given, node.inputs, (y, standIns) => pullback([y], [cotangent], standIns)),
    jvp(tangents, node) {
      if (given.jvp) return given.jvp(tangents, node.inputs, node as unknown as Tensor);
      const moved = [...tangents.keys()].filter((i) => tangents[i]);
      const along = moved.map((i) => tangents[i]!);
      return throughMeaning(given, node.inputs, (y, standIns) => {
        return pushforward(
          [y],
          moved.map((i) => standIns[i]!),
          along,
        );
      })[0];
    },
    emit() {
      throw new InputError('graph', `graph: ${name} is a host operator; expand it before it is emitted`);
    },
    host: { meaning: (inputs) => meaningOf(given, inputs), form },
  };
}

/** @throws {ShapeError} when an operator and its meaning differ in shape or type */
function meaningOf(given: Pick<HostOperator, 'name' | 'type' | 'meaning'>, inputs: readonly Tensor[]): Tensor {
  const result = given.meaning(inputs);
  const { shape, dtype } = given.type(inputs);
  if (sameShape(shape, result.shape) && dtype === result.dtype) return result;
  throw new ShapeError(
    `${given.name}: its type is ${dtype}${show(shape)}, its meaning gives ${result.dtype}${show(result.shape)}`,
  );
}

/** What `derive` makes of the meaning of distinct stand-ins, in which these are then replaced by the inputs, equal ones or not. */
function throughMeaning(
  given: Omit<HostOperator, 'prepare'>,
  inputs: readonly Tensor[],
  derive: (y: Tensor, standIns: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const standIns = standInsFor(inputs);
  const results = derive(meaningOf(given, standIns), standIns);
  return substitute(results, new Map(standIns.map((standIn, i) => [standIn, inputs[i]!])));
}

const standInsFor = (inputs: readonly Tensor[]): Tensor[] =>
  inputs.map(({ shape, dtype }, i) => input(`operand ${i}`, shape, dtype));
