/** log σ(n) */
export const logSigmoid = (n: number): number => Math.min(n, 0) - Math.log1p(Math.exp(-Math.abs(n)));

/** log Σ e^value, of the entries from `first` to `end` (without it). */
export function logSumExp(values: ArrayLike<number>, first = 0, end = values.length): number {
  let [most, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let at = first; at < end; at++) most = Math.max(most, values[at]!);
  for (let at = first; at < end; at++) sum += Math.exp(values[at]! - most);
  return most + Math.log(sum);
}
