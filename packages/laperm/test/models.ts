import type { Tensor } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  type AnyModel,
  activation,
  type Data,
  dense,
  fixedParam,
  heUniform,
  param,
  sequential,
  zeros,
} from '@unbraid/nn';
import fc from 'fast-check';

/** A net with biases that are permuted too, as in the paper. */
export const mlp = (inputs = 5, hidden = 8, outputs = 3) =>
  sequential([
    dense(inputs, hidden, { init: heUniform, bias: heUniform }),
    activation('tanh'),
    dense(hidden, outputs, { init: heUniform, bias: heUniform }),
  ]);

/** Rows whose class is the largest of their first entries. */
export function classes(rows: number, inputs = 5, outputs = 3, seed = 3): Data & { readonly y: Int32Array } {
  const data = createRandom(seed).normal(new Float32Array(rows * inputs));
  const y = Int32Array.from({ length: rows }, (_, row) => {
    const entries = data.subarray(row * inputs, row * inputs + outputs);
    return entries.indexOf(Math.max(...entries));
  });
  return { x: { data, rows, cols: inputs }, y };
}

/** A model of which only the parameters matter. */
export const parametersAlone = (params: AnyModel['params']): AnyModel => ({
  params,
  apply: (_: never, x: Tensor) => x,
});

/** Every kind of parameter: dense, convolution, transposed convolution, bias, batch norm with its statistics. */
export const allKinds = parametersAlone({
  dense: param([6, 4], heUniform, { neuronAxis: 1 }),
  conv: param([3, 2, 3, 3], heUniform, { neuronAxis: 0 }),
  transposed: param([4, 2, 2, 2], heUniform, { neuronAxis: 1 }),
  bias: param([5], heUniform),
  zeroBias: param([3], zeros),
  gamma: param([4], { fill: (out) => out.fill(1) }),
  mean: fixedParam([4], zeros),
});

/** Weights such as networks have: different, all of two values, few distinct, with −0 and infinities. */
export const anyWeight = fc.oneof(
  fc.float({ noNaN: true }),
  fc.constantFrom(0, Math.fround(0.08)),
  fc.constantFrom(0, -0, 1, -1, Number.POSITIVE_INFINITY, 2 ** -149),
);

/** `values` in another order. */
export function shuffled<A extends Float32Array | Uint32Array>(values: A, seed: number): A {
  const before = values.slice();
  const order = createRandom(seed).permutation(values.length);
  for (let i = 0; i < values.length; i++) values[i] = before[order[i]!]!;
  return values;
}
