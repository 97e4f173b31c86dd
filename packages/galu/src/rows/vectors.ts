import type { Matrix } from '@unbraid/data';
import { compile, f32, type Runtime, type Scope, trace } from '@unbraid/graph';
import type { Preconditioner } from '../preconditioner.ts';

/** Σ_j (A v)_j s_j for sums s over open rows of each neuron: Φᵀ(1 vᵀ), k × d. */
export function backOfConstant(v: ArrayLike<number>, a: Matrix, open: Float64Array): Float64Array {
  const d = open.length / a.rows;
  return open.map((sum, at) => {
    const row = Math.floor(at / d) * a.cols;
    let factor = 0;
    for (let c = 0; c < a.cols; c++) factor += a.data[row + c]! * v[c]!;
    return factor * sum;
  });
}

/** A preconditioner as functions of vectors. */
export interface AppliedPreconditioner {
  /** Tz */
  apply(z: ArrayLike<number>): Promise<Float32Array>;
  /** Tᵀg */
  transpose(g: ArrayLike<number>): Promise<Float64Array>;
}

/** Compiles both directions of a preconditioner of k × d. */
export async function appliedPreconditioner(
  scope: Scope,
  { specs, values, apply, transpose }: Preconditioner,
  { k, d, runtime }: { readonly k: number; readonly d: number; readonly runtime: Runtime },
): Promise<AppliedPreconditioner> {
  const shape = { t: specs, v: f32(k, d) };
  const inputs = { t: values };
  const forth = scope.own(
    await compile(
      trace(shape, ({ t, v }) => ({ w: apply(v, t) })),
      runtime,
      { inputs },
    ),
  );
  const back = scope.own(
    await compile(
      trace(shape, ({ t, v }) => ({ w: transpose(v, t) })),
      runtime,
      { inputs },
    ),
  );
  return {
    async apply(z) {
      forth.inputs.v.float32.set(z);
      await forth.run();
      return forth.outputs.w.float32.slice();
    },
    async transpose(g) {
      back.inputs.v.float32.set(g);
      await back.run();
      return Float64Array.from(back.outputs.w.float32);
    },
  };
}
