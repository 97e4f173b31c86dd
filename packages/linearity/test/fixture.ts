import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { AnyModel } from '@unbraid/nn';
import {
  type ActivationName,
  type NtkConvNetworkOptions,
  type NtkNetworkOptions,
  ntkConvNetwork,
  ntkNetwork,
} from '../src/index.ts';

export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Options =
  | ({ readonly kind: 'dense' } & NtkNetworkOptions)
  | ({ readonly kind: 'convolutional' } & NtkConvNetworkOptions);

export interface NetworkCase {
  readonly options: Options;
  readonly params: readonly number[];
  readonly x: Stored;
  readonly z: Stored;
  readonly kernel: Stored;
  readonly kernelXZ: Stored;
  /** Smallest and largest eigenvalue; null for relu. */
  readonly hessian: readonly [number, number] | null;
  readonly gradientNorm: number;
  readonly moved: readonly number[];
  readonly output: readonly number[];
  readonly linear: readonly number[];
}

/** What PyTorch and NumPy computed in float64: `python/fixtures/linearity.py`. */
interface LinearityFixture {
  readonly networks: readonly NetworkCase[];
  readonly descent: { readonly y: Stored; readonly rate: number; readonly losses: readonly number[] };
  readonly infinite: readonly {
    readonly activation: 'relu' | 'erf';
    readonly depth: number;
    readonly x: Stored;
    readonly kernel: Stored;
  }[];
}

export const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/linearity.json', import.meta.url), 'utf8'),
) as LinearityFixture;

/** One line that says which network a case is. */
export const nameOf = ({ options }: NetworkCase): string => {
  const { kind, activation = 'tanh' satisfies ActivationName, output = 'linear', outputs = 1, depth } = options;
  const narrow = 'bottleneck' in options ? ', bottleneck' : '';
  return `${kind}, ${depth} × ${activation}, ${outputs} output(s), ${output}${narrow}`;
};

export function modelOf({ options: { kind, ...options } }: NetworkCase): AnyModel {
  return kind === 'dense' ? ntkNetwork(options as NtkNetworkOptions) : ntkConvNetwork(options as NtkConvNetworkOptions);
}

export const matrix = ({ shape, data }: Stored): Matrix =>
  createMatrix(shape[0]!, shape[1] ?? 1, Float32Array.from(data));

export const firstRow = ({ shape, data }: Stored): Matrix =>
  createMatrix(1, shape[1]!, Float32Array.from(data.slice(0, shape[1])));

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}
