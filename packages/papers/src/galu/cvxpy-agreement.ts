import { createMatrix } from '@unbraid/data';
import { fitConvex } from '@unbraid/galu';
import { CVXPY_CASE } from './cvxpy-case.ts';

/** The largest difference of our optima from CVXPY's on its fixture, as a share of them: of gated and of ReLU networks, at each of its penalties. */
export async function agreement(signal: AbortSignal): Promise<number> {
  const { rows, cols, x, y, gates, solved } = CVXPY_CASE;
  const [inputs, directions] = [createMatrix(rows, cols, Float32Array.from(x)), Float32Array.from(gates)];
  const u = createMatrix(directions.length / cols, cols, directions);
  let largest = 0;
  for (const { penalty, ...optima } of solved) {
    for (const method of ['gated', 'relu'] as const) {
      const settings = { penalty, gates: u, method, tolerance: 1e-9 };
      const { report } = await fitConvex(inputs, Float32Array.from(y), settings, { signal });
      largest = Math.max(largest, Math.abs(report.objective / optima[method] - 1));
    }
  }
  return largest;
}
