const { fround } = Math;

/** Σ x y over `width` numbers from given places on, in four partial sums, as the wasm kernels add. */
export function dotRows(x: Float32Array, atX: number, y: Float32Array, atY: number, width: number): number {
  const sums = new Float32Array(4);
  for (let d = 0; d < width; d++) sums[d % 4]! += fround(x[atX + d]! * y[atY + d]!);
  return fround(fround(sums[0]! + sums[1]!) + fround(sums[2]! + sums[3]!));
}
