import {
  add,
  constant,
  type DType,
  evaluate,
  input,
  jvp,
  mul,
  type NdArray,
  reduceSum,
  sizeOf,
  type Tensor,
  vjp,
} from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import type { Built } from './run-case.ts';
import { widen } from './widen.ts';

/*
 * The derivatives of a test's graph, all of it in float64 by `evaluate`: ⟨v, J u⟩ by central differences, by `jvp` and by `vjp`, for random
 * u and v. Inputs are moved off their places first, so that none ties or lies at a kink.
 */

const STEP = 1e-6;
const JITTER = 0.01;
const TOLERANCE = 1e-4;

/** What is wrong with a test's derivatives; undefined where nothing is; `none` where there are none. */
export function checkGradients(built: Built, seed: number): string | undefined {
  const moved = Object.keys(built.inputs).filter((name) => isFloat(built.inputs[name]!.dtype));
  const outputs = Object.entries(built.outputs).filter(([, { dtype, shape }]) => isFloat(dtype) && sizeOf(shape) > 0);
  if (moved.length === 0 || outputs.length === 0) return 'none';
  const random = createRandom(seed);
  const noise = (shape: readonly number[]): NdArray => ({
    shape,
    dtype: 'float64',
    data: Float64Array.from({ length: sizeOf(shape) }, () => 2 * random.next() - 1),
  });
  const place = moved.map((name): NdArray => {
    const { shape, data } = built.values[name]!;
    const jitter = noise(shape);
    return { shape, dtype: 'float64', data: data.map((x, i) => x + JITTER * jitter.data[i]!) };
  });
  const along = place.map(({ shape }) => noise(shape));
  const weights = outputs.map(([, { shape }]) => noise(shape));
  const others = Object.keys(built.inputs).filter((name) => !moved.includes(name));
  const xs = place.map(({ shape }, i) => input(`x${i}`, shape, 'float64'));
  const us = place.map(({ shape }, i) => input(`u${i}`, shape, 'float64'));
  const f = (leaves: readonly Tensor[]): Tensor => {
    const narrow = new Map(moved.map((name, i) => [built.inputs[name]!, leaves[i]!]));
    const ys = widen(
      outputs.map(([, y]) => y),
      narrow,
    );
    const parts = ys.map((y, i) => reduceSum(mul(y, constant(weights[i]!.data, weights[i]!.shape, 'float64'))));
    return parts.reduce((sum, part) => add(sum, part));
  };
  const fixed = others.map((name) => [built.inputs[name]!, built.values[name]!] as const);
  const value = f(xs);
  const at = (step: number) => {
    const shifted = place.map((x, i) => ({ ...x, data: x.data.map((v, k) => v + step * along[i]!.data[k]!) }));
    return evaluate([value], new Map([...fixed, ...xs.map((x, i) => [x, shifted[i]!] as const)]))[0]!.data[0]!;
  };
  const { cotangent } = vjp(f, xs, constant(1, [], 'float64'));
  const { tangent } = jvp(f, xs, us);
  const given = new Map([
    ...fixed,
    ...xs.map((x, i) => [x, place[i]!] as const),
    ...us.map((u, i) => [u, along[i]!] as const),
  ]);
  const [forward, ...back] = evaluate([tangent as Tensor, ...cotangent], given);
  const reverse = back.reduce((sum, g, i) => sum + g.data.reduce((s, x, k) => s + x * along[i]!.data[k]!, 0), 0);
  const difference = (at(STEP) - at(-STEP)) / (2 * STEP);
  if (Number.isNaN(difference) || !Number.isFinite(difference)) return 'none';
  const scale = Math.max(1, Math.abs(difference));
  for (const [how, slope] of [
    ['vjp', reverse],
    ['jvp', forward!.data[0]!],
  ] as const) {
    if (!(Math.abs(slope - difference) <= TOLERANCE * scale)) return `${how} gives ${slope}, differences ${difference}`;
  }
  return undefined;
}

const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';
