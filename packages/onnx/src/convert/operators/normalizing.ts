import { add, div, mul, reduceMean, reshape, sqrt, sub, type Tensor } from '@unbraid/graph';

/** Mean and variance over axes, which are kept with size 1, and x without its mean. */
export interface Moments {
  readonly mean: Tensor;
  readonly centered: Tensor;
  readonly variance: Tensor;
}

/** Not by E[x²] − E[x]², which loses all digits where the mean is large. */
export function momentsOf(x: Tensor, axes: readonly number[]): Moments {
  const mean = reduceMean(x, { axes, keepDims: true });
  const centered = sub(x, mean);
  return { mean, centered, variance: reduceMean(mul(centered, centered), { axes, keepDims: true }) };
}

/** (x − mean) / √(variance + ε), both over axes. */
export function standardized(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const { centered, variance } = momentsOf(x, axes);
  return div(centered, sqrt(add(variance, epsilon)));
}

/** One number a channel, shaped to repeat along all axes of `x` but the second. */
export const byChannel = (values: Tensor, { shape }: Tensor): Tensor =>
  reshape(values, [values.shape[0]!, ...shape.slice(2).map(() => 1)]);

/** The axes from `axis` on. */
export const axesFrom = (axis: number, { shape }: Tensor): number[] =>
  Array.from({ length: shape.length - axis }, (_, i) => axis + i);
