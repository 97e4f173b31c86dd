import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import * as g from '../src/index.ts';
import { constant, type DType, grad, hvp, jvp, reduceSum, spec, type Tensor, trace, vjp } from '../src/index.ts';
import { array, evaluateGraph, runGraph } from './support.ts';

const runtime = nodeRuntime({ threads: 1 });
const { greater, less, log, mul, sqrt, where } = g;
const inf = Number.POSITIVE_INFINITY;

/** A function of a vector, entry by entry or not, and by mathematics its gradient and what the gradient's sum has as its own. */
interface Case {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  readonly x: readonly number[];
  readonly first: readonly number[];
  /** Left out where the second derivative is infinite or has no value. */
  readonly second?: readonly number[];
}

const mask = (x: Tensor, ...kept: number[]) => constant(kept, [kept.length], x.dtype);
const missing = (x: Tensor) => constant([1, Number.NaN], [2], x.dtype);
const residual = (x: Tensor) => g.sub(x, missing(x));

/** Of (0, 1) by softmax. */
const share = Math.E / (1 + Math.E);
const slope = share * (1 - share);

const cases: Case[] = [
  {
    name: 'a line of nothing but −∞ in a softmax',
    f(x) {
      const kept = constant([0, 1], [2, 1], 'bool');
      const y = g.softmax(where(kept, g.reshape(x, [2, 2]), -inf));
      return g.reshape(mul(where(kept, y, 0), constant([1, 2], [2], x.dtype)), [4]);
    },
    x: [0, 1, 0, 1],
    first: [0, 0, -slope, slope],
    second: [0, 0, 0, 0],
  },
  {
    name: 'a root of negative numbers',
    f: (x) => where(greater(x, 0), sqrt(x), x),
    x: [-1, -4, 4],
    first: [1, 1, 0.25],
    second: [0, 0, -1 / 32],
  },
  {
    name: 'a power that overflows',
    f: (x) => where(less(x, 1), g.exp(x), g.add(x, 1)),
    x: [1000, 0],
    first: [1, 1],
    second: [0, 1],
  },
  {
    name: 'a logarithm of 0',
    f: (x) => where(greater(x, 2), log(x), mul(x, 2)),
    x: [0, 2, 4],
    first: [2, 2, 0.25],
    second: [0, 0, -1 / 16],
  },
  { name: 'x log x', f: (x) => where(greater(x, 0), mul(x, log(x)), 0), x: [0, 1], first: [0, 1], second: [0, 1] },
  {
    name: 'sin x / x',
    f: (x) => where(g.equal(x, 0), 1, g.div(g.sin(x), x)),
    x: [0, 1],
    first: [0, Math.cos(1) - Math.sin(1)],
    second: [0, 2 * Math.sin(1) - Math.sin(1) - 2 * Math.cos(1)],
  },
  { name: '1 / x', f: (x) => where(g.equal(x, 0), 0, g.div(1, x)), x: [0, 2], first: [0, -0.25], second: [0, 0.25] },
  {
    name: 'a fractional power',
    f: (x) => where(greater(x, 0), g.pow(x, 0.5), 0),
    x: [-1, 0, 4],
    first: [0, 0, 0.25],
    second: [0, 0, -1 / 32],
  },
  { name: 'x e^x', f: (x) => where(less(x, 1), mul(x, g.exp(x)), x), x: [1000, 0], first: [1, 1], second: [0, 2] },
  {
    name: 'a bounded function of a logarithm',
    f: (x) => where(greater(x, 0), g.tanh(log(x)), x),
    x: [-1, 1],
    first: [1, 1],
    second: [0, -1],
  },
  {
    name: 'a chain of functions',
    f: (x) => where(greater(x, 0), g.sigmoid(g.neg(log(sqrt(x)))), 0),
    x: [-1, 0, 1],
    first: [0, 0, -0.125],
  },
  {
    name: 'a branch in a branch',
    f: (x) => where(greater(x, 0), where(greater(x, 1), log(g.sub(x, 1)), sqrt(x)), 0),
    x: [-1, 0.25, 1, 3],
    first: [0, 1, 0.5, 0.5],
    second: [0, -2, -0.25, -0.25],
  },
  {
    name: 'missing targets',
    f: (x) => where(g.equal(missing(x), missing(x)), mul(residual(x), residual(x)), 0),
    x: [3, 5],
    first: [4, 0],
    second: [2, 0],
  },
  {
    name: 'missing factors',
    f: (x) => where(g.equal(missing(x), missing(x)), mul(x, missing(x)), 0),
    x: [3, 5],
    first: [1, 0],
    second: [0, 0],
  },
  { name: 'a norm', f: (x) => where(greater(x, 0), g.div(x, g.norm(x)), x), x: [0, 0], first: [1, 1], second: [0, 0] },
  {
    name: 'an entry that a slice leaves out',
    f: (x) => g.slice(log(x), [1]),
    x: [0, 2],
    first: [0, 0.5],
    second: [0, -0.25],
  },
  {
    name: 'an entry that a gather leaves out',
    f: (x) => g.gather(sqrt(x), constant([1], [1], 'int32')),
    x: [0, 4],
    first: [0, 0.25],
    second: [0, -1 / 32],
  },
  {
    name: 'an entry that a mask of zeros leaves out',
    f: (x) => mul(mask(x, 0, 1), sqrt(x)),
    x: [0, 4],
    first: [0, 0.25],
    second: [0, -1 / 32],
  },
  { name: 'a relu of a logarithm', f: (x) => g.relu(log(x)), x: [0, 2], first: [0, 0.5], second: [0, -0.25] },
  { name: 'a relu of an overflow', f: (x) => g.relu(g.sub(1, mul(x, g.exp(x)))), x: [1000], first: [0], second: [0] },
  { name: 'a maximum over logarithms', f: (x) => g.reduceMax(log(x)), x: [0, 2], first: [0, 0.5], second: [0, -0.25] },
  { name: 'a maximum with a constant', f: (x) => g.maximum(log(x), 0), x: [0, 2], first: [0, 0.5], second: [0, -0.25] },
  { name: 'a clamp of a logarithm', f: (x) => g.clamp(log(x), -1, 5), x: [0, 2], first: [0, 0.5], second: [0, -0.25] },
  { name: 'a root of a relu', f: (x) => sqrt(g.relu(x)), x: [-1, 4], first: [0, 0.25] },
  { name: 'a logarithm of a maximum', f: (x) => log(g.maximum(x, 0)), x: [-1, 2], first: [0, 0.5] },
  { name: 'a root of a clamp', f: (x) => sqrt(g.clamp(x, 0, inf)), x: [-1, 4], first: [0, 0.25] },
  { name: 'a root of the largest entry', f: (x) => sqrt(g.reduceMax(x)), x: [-1, 0], first: [0, inf] },
  { name: 'a power with exponent 0', f: (x) => g.pow(x, 0), x: [0, 2, -1], first: [0, 0, 0], second: [0, 0, 0] },
  {
    name: 'powers with exponents 0, 1 and 2',
    f: (x) => g.pow(x, mask(x, 0, 1, 2)),
    x: [0, 0, 0],
    first: [0, 1, 0],
    second: [0, 0, 2],
  },
  {
    name: 'a root of a sum of squares',
    f: (x) => sqrt(reduceSum(mul(x, x))),
    x: [0, 0],
    first: [0, 0],
    second: [0, 0],
  },
  {
    name: 'a distance of equal points',
    f: (x) => sqrt(reduceSum(g.pow(g.sub(x, mask(x, 1, 2)), 2))),
    x: [1, 2],
    first: [0, 0],
    second: [0, 0],
  },
  {
    name: 'a norm of equal arguments',
    f: (x) => g.norm(g.sub(x, mask(x, 1, 2))),
    x: [1, 2],
    first: [0, 0],
    second: [0, 0],
  },
  {
    name: 'scores that are left out by −∞',
    f: (x) => g.slice(g.logSoftmax(where(greater(mask(x, 1, 0, 1), 0), x, -inf)), [0], [1]),
    x: [1, 5, 1],
    first: [0.5, 0, -0.5],
    second: [0, 0, 0],
  },
  {
    name: 'a log-sum-exp of nothing but −∞',
    f: (x) => where(greater(x, 0), x, g.logSumExp(g.sub(x, inf))),
    x: [0, 1],
    first: [0, 1],
    second: [0, 0],
  },
  {
    name: 'the logarithm of a small probability',
    f: (x) => log(g.sigmoid(x)),
    x: [-20, -80],
    first: [1 / (1 + Math.exp(-20)), 1],
  },
];

describe.each<DType>(['float64', 'float32'])('in %s', (dtype) => {
  test.each(cases)('$name: an untaken branch has no part in derivatives', async ({ f, x, first, second }) => {
    const total = (t: Tensor) => reduceSum(f(t));
    const graph = trace({ x: spec([x.length], dtype) }, ({ x: t }) => {
      const ones = g.broadcastTo(constant(1, [], dtype), t.shape);
      return {
        first: grad(total)(t),
        forward: jvp(total, t, ones).tangent,
        second: grad((u: Tensor) => reduceSum(grad(total)(u)))(t),
        secondForward: hvp(total)(t, ones),
      };
    });
    const values = { x: array([x.length], dtype, x) };
    for (const [by, of] of [
      ['evaluate', evaluateGraph(graph, values)],
      ['ONNX Runtime', await runGraph(graph, values, runtime)],
    ] as const) {
      close(of.first!, first, dtype, `${by}: gradient`);
      close(of.forward!, [first.reduce((a, b) => a + b)], dtype, `${by}: forward derivative`);
      if (second) close(of.second!, second, dtype, `${by}: second derivative`);
      if (second) close(of.secondForward!, second, dtype, `${by}: second derivative, forward over reverse`);
    }
  });
});

function close(actual: Float64Array, expected: readonly number[], dtype: DType, what: string): void {
  const tolerance = dtype === 'float32' ? 2e-6 : 1e-13;
  expected.forEach((e, i) => {
    if (Number.isFinite(e))
      expect(Math.abs(actual[i]! - e), `${what} ${i} is ${actual[i]}, not ${e}`).toBeLessThan(tolerance);
    else expect(actual[i], `${what} ${i}`).toBe(e);
  });
}

test('a cotangent of zeros gives zeros where the derivative is infinite', () => {
  const graph = trace({ x: g.f64(2), v: g.f64(2) }, ({ x, v }) => ({ y: vjp((t: Tensor) => log(t), x, v).cotangent }));
  const values = { x: array([2], 'float64', [0, 2]), v: array([2], 'float64', [0, 1]) };
  expect([...evaluateGraph(graph, values).y!]).toEqual([0, 0.5]);
});

test('where nothing is chosen, an infinite derivative stays infinite and NaN stays NaN', () => {
  const at = (f: (x: Tensor) => Tensor, ...x: number[]) => {
    const graph = trace({ x: g.f64(x.length) }, ({ x: t }) => ({ y: grad((u: Tensor) => reduceSum(f(u)))(t) }));
    return [...evaluateGraph(graph, { x: array([x.length], 'float64', x) }).y!];
  };
  expect(at(sqrt, 0, -1)).toEqual([inf, Number.NaN]);
  expect(at((x) => where(g.greaterEqual(x, 0), sqrt(x), 0), 0)).toEqual([inf]);
  expect(at((x) => mul(sqrt(x), sqrt(x)), 0)).toEqual([Number.NaN]);
});

test('the derivative of a plain net has no guards', () => {
  const specs = { w: g.f32(4, 8), b: g.f32(8), v: g.f32(8, 2), x: g.f32(16, 4), y: g.f32(16, 2) };
  const graph = trace(specs, ({ w, b, v, x, y }) => {
    const loss = (p: readonly Tensor[]) => {
      const hidden = g.relu(g.gemm(x, p[0]!, p[1]!));
      const centered = g.sub(hidden, g.reduceMean(hidden, { axes: [0], keepDims: true }));
      const variance = g.reduceMean(mul(centered, centered), { axes: [0], keepDims: true });
      const scaled = g.tanh(g.div(centered, sqrt(g.add(variance, 1e-5))));
      return g.reduceMean(g.softplus(g.neg(mul(g.matmul(scaled, p[2]!), y))));
    };
    return { y: grad(loss)([w, b, v]) };
  });
  const used = new Set<string>();
  const visit = (t: Tensor): void => {
    used.add(t.operator.name);
    t.inputs.forEach(visit);
  };
  for (const tensor of graph.outputs.y) visit(tensor);
  expect(used).not.toContain('where');
});
