import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import * as graph from '../src/index.ts';
import {
  type AnyGraph,
  type DType,
  grad,
  jvp,
  mul,
  type Outputs,
  reduceSum,
  spec,
  type Tensor,
  trace,
} from '../src/index.ts';
import { array, evaluateGraph, fixture, runGraph } from './support.ts';

/** Numbers of a fixture: JSON has neither NaN nor infinity. */
type Numbers = readonly (number | 'inf' | '-inf' | 'nan')[];

interface Entrywise {
  readonly op: keyof typeof functions;
  readonly inputs: readonly Numbers[];
  readonly value: Numbers;
  readonly first: readonly Numbers[];
  readonly second: readonly Numbers[];
}

interface Row {
  readonly op: keyof typeof functions;
  readonly row: Numbers;
  readonly value: Numbers;
  readonly gradient: Numbers;
  readonly curvature: Numbers;
}

const functions = { ...graph, clamp: (x: Tensor) => graph.clamp(x, -1, 1) };
const apply = (op: keyof typeof functions, xs: readonly Tensor[]): Tensor =>
  (functions[op] as unknown as (...xs: readonly Tensor[]) => Tensor)(...xs);

const decode = (xs: Numbers): number[] =>
  xs.map((x) => (typeof x === 'number' ? x : Number(x.replace('inf', 'Infinity'))));

const runtime = nodeRuntime({ threads: 1 });
const { entrywise, rows } = fixture<{ entrywise: Entrywise[]; rows: Row[] }>('special_values.json');

/** Compares numbers, NaN and infinities exactly, zeros without their signs, finite ones to the precision of their type. */
function expectSame(
  actual: Float64Array,
  expected: readonly number[],
  dtype: DType,
  what: (i: number) => string,
): void {
  const [relative, absolute] = dtype === 'float32' ? [1e-5, 3e-7] : [1e-12, 1e-15];
  const wrong = expected.flatMap((e, i) => {
    const a = actual[i]!;
    const same =
      a === e || (Number.isNaN(a) && Number.isNaN(e)) || Math.abs(a - e) <= relative * Math.abs(e) + absolute;
    return same ? [] : [`${what(i)} is ${a}, not ${e}`];
  });
  expect(wrong).toEqual([]);
}

/** Results by `evaluate` and, unless it has no kernel, by ONNX Runtime. */
async function byBoth(g: AnyGraph, values: Parameters<typeof evaluateGraph>[1], alone: boolean) {
  const results = [{ by: 'evaluate', of: evaluateGraph(g, values) }];
  return alone ? results : [...results, { by: 'ONNX Runtime', of: await runGraph(g, values, runtime) }];
}

const ones = (x: Tensor): Tensor => graph.broadcastTo(graph.constant(1, [], x.dtype), x.shape);

/** Value and derivatives of an entrywise function, by each operand, in reverse and forward. */
function derivativesOf(op: Entrywise['op'], xs: readonly Tensor[]): Outputs {
  const first = (i: number, at: Tensor) => grad((x: Tensor) => reduceSum(apply(op, xs.with(i, x))))(at);
  return Object.fromEntries([
    ['value', apply(op, xs)],
    ...xs.flatMap((x, i) => [
      [`first ${i}`, first(i, x)],
      [`first ${i} forward`, jvp((t: Tensor) => apply(op, xs.with(i, t)), x, ones(x)).tangent],
      [`second ${i}`, grad((t: Tensor) => reduceSum(first(i, t)))(x)],
      [`second ${i} forward`, jvp((t: Tensor) => first(i, t), x, ones(x)).tangent],
    ]),
  ]);
}

/**
 * What we take where PyTorch gives NaN although no operand is: the limits, all 0 — of erf″ at ±∞, of derivatives of atan2 where one operand is
 * infinite, of a^b log a where a^b goes to 0 — and 0 where atan2 and 0^0 have none, as for their first derivatives; and a⁰ does
 * not depend on a. Where it gives a number for a NaN: the sign of NaN is NaN to us, and so is the derivative of a relu there.
 */
function settled({ op, inputs }: Entrywise, i: number, name: string, pytorch: number): number {
  const xs = inputs.map((input) => decode(input)[i]!);
  if (Number.isNaN(xs[0]) && name.startsWith('first') && (op === 'abs' || op === 'relu')) return Number.NaN;
  if (op === 'pow') {
    const limit = name.includes('1') ? xs[0]! >= 0 && !Number.isNaN(xs[1]) : name.startsWith('second') && xs[1] === 0;
    return Number.isNaN(pytorch) && limit ? 0 : pytorch;
  }
  const defined = !xs.some(Number.isNaN);
  // PyTorch's softplus, with a threshold that never applies, is ∞/∞ at 1e8.
  if (op === 'softplus' && name.startsWith('first') && defined && Number.isNaN(pytorch)) return 1;
  return Number.isNaN(pytorch) && defined && ['erf', 'atan2'].includes(op) ? 0 : pytorch;
}

/** What we take where PyTorch gives NaN for a row without one: the limit where there is one, and 0 at the kink of a norm. */
const settledRows: Readonly<Record<string, Partial<Pick<Row, 'gradient' | 'curvature'>>>> = {
  'logSumExp -inf,-inf,-inf': { gradient: [0, 0, 0], curvature: [0, 0, 0] },
  'logSumExp inf,1,2': { gradient: [1, 0, 0], curvature: [0, 0, 0] },
  'norm 0,0,0': { curvature: [0, 0, 0] },
};

describe.each<DType>(['float64', 'float32'])('in %s', (dtype) => {
  test.each(entrywise)(
    '$op and its derivatives are those of PyTorch at special values, or the limits',
    async (each) => {
      const xs = each.inputs.map(decode);
      const specs = Object.fromEntries(xs.map((x, i) => [`x${i}`, spec([x.length], dtype)]));
      const g = trace(specs, (named) => derivativesOf(each.op, Object.values(named)));
      const values = Object.fromEntries(xs.map((x, i) => [`x${i}`, array([x.length], dtype, x)]));
      for (const { by, of } of await byBoth(g, values, dtype === 'float64' && each.op === 'erf')) {
        for (const [name, actual] of Object.entries(of)) {
          const [order, i] = name.split(' ') as ['value' | 'first' | 'second', string];
          const pytorch = decode(order === 'value' ? each.value : each[order][Number(i)]!);
          const expected = pytorch.map((e, at) => (order === 'value' ? e : settled(each, at, name, e)));
          expectSame(actual, expected, dtype, (at) => `${by}: ${name} of ${each.op}(${xs.map((x) => x[at])})`);
        }
      }
    },
  );

  test.each(rows)(
    '$op of $row and its derivatives are those of PyTorch, or the limits',
    async ({ op, row, ...pytorch }) => {
      const expected = { ...pytorch, ...settledRows[`${op} ${row}`] };
      const g = trace({ x: spec([row.length], dtype) }, ({ x }) => {
        const gradient = grad((t: Tensor) => apply(op, [t]));
        const weights = graph.constant(
          row.map((_, i) => i + 1),
          x.shape,
          dtype,
        );
        return {
          value: apply(op, [x]),
          forward: jvp((t: Tensor) => apply(op, [t]), x, weights).tangent,
          gradient: gradient(x),
          curvature: grad((t: Tensor) => reduceSum(mul(gradient(t), weights)))(x),
        };
      });
      for (const { by, of } of await byBoth(g, { x: array([row.length], dtype, decode(row)) }, false)) {
        const say = (name: string) => () => `${by}: ${name} of ${op}([${row}])`;
        expectSame(of.value!, decode(expected.value), dtype, say('value'));
        expectSame(of.gradient!, decode(expected.gradient), dtype, say('gradient'));
        expectSame(of.curvature!, decode(expected.curvature), dtype, say('curvature'));
        const along = decode(expected.gradient).reduce((sum, d, i) => sum + d * (i + 1), 0);
        expectSame(of.forward!, [along], dtype, say('forward derivative'));
      }
    },
  );
});
