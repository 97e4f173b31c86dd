import type { Runtime } from '../backends/backend.ts';
import type { TypedArray } from '../dtype.ts';
import type { Operator, Tensor } from '../tensor.ts';

/** A host operator made ready for one runtime. */
export interface HostKernel {
  /**
   * Writes every entry of `output`. Inputs and output are row-major views of the arena (of the caller's memory for inputs and outputs
   * of the graph that lie elsewhere), valid for this call alone; nothing may be taken from the arena meanwhile.
   */
  run(inputs: readonly TypedArray[], output: TypedArray): void;
  /** Frees what was taken from the arena. */
  release?(): void;
}

/** How `compile` and `exportOnnx` treat an operator that ONNX Runtime doesn't compute. */
export interface HostForm {
  meaning(inputs: readonly Tensor[]): Tensor;
  /** A kernel; or where the result begins in the first input, counted in elements, when it is a part of it and nothing is computed. */
  readonly form: { prepare(runtime: Runtime, node: Tensor): HostKernel } | { readonly offset: number };
}

/** An operator whose value a kernel over the arena computes and not ONNX Runtime. */
export interface HostedOperator extends Operator<Readonly<Record<never, never>>> {
  readonly host: HostForm;
}

/** How the operator that made a tensor is treated, where it is a host operator. */
export const hostFormOf = ({ operator }: Tensor): HostForm | undefined => (operator as Partial<HostedOperator>).host;
