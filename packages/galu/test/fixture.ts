import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';

export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What NumPy and SciPy computed in float64: `python/fixtures/galu.py`. */
interface GaluFixture {
  readonly network: Readonly<Record<'X' | 'U' | 'A' | 'Y' | 'labels' | 'signs' | 'XTest', Stored>>;
  readonly ridge: readonly { readonly lambda: number; readonly W: Stored; readonly testPrediction: Stored }[];
  readonly minimumNorm: { readonly samples: number; readonly W: Stored; readonly testPrediction: Stored };
  readonly logistic: readonly { readonly lambda: number; readonly W: Stored; readonly objective: number }[];
  readonly kernel: { readonly matrix: Stored; readonly lambda: number; readonly testPrediction: readonly number[] };
  readonly infinite: {
    readonly matrix: Stored;
    readonly monteCarloMatrix: Stored;
    readonly largestStandardError: number;
    readonly lambda: number;
    readonly testPrediction: readonly number[];
  };
}

export const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/galu.json', import.meta.url), 'utf8'),
) as GaluFixture;

export const matrix = ({ shape, data }: Stored): Matrix =>
  createMatrix(shape[0]!, shape[1] ?? 1, Float32Array.from(data));

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** Output weights of the fixture's network with one output: the first column of A. */
export const firstOutput = ({ shape, data }: Stored): Float32Array =>
  Float32Array.from({ length: shape[0]! }, (_, j) => data[j * shape[1]!]!);
