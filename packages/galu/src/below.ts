import { createMatrix, type Matrix } from '@unbraid/data';

/** Numbers one after another. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Matrices of as many columns, one below the other. */
export function below(parts: readonly Matrix[]): Matrix {
  const [{ cols }] = parts as readonly [Matrix];
  return createMatrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    cols,
    joined(parts.map(({ data }) => data)),
  );
}
