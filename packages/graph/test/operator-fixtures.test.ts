import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { DType } from '../src/dtype.ts';
import * as graph from '../src/index.ts';
import { type AnyGraph, CompileError, input, type Tensor, vjp } from '../src/index.ts';
import { array, evaluateGraph, expectClose, fixture, runGraph } from './support.ts';

interface Array64 {
  readonly shape: number[];
  readonly dtype: DType;
  readonly data: number[];
}

interface Attributes {
  readonly perm: number[];
  readonly shape: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly steps: number[];
  readonly axis: number;
  readonly before: number[];
  readonly after: number[];
  readonly value: number;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly axes: number[];
  readonly keepDims: boolean;
  readonly depth: number;
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly pads: [number, number, number, number];
  readonly dilations: [number, number];
  readonly groups: number;
  readonly outputPads: [number, number];
  readonly countPads: boolean;
  readonly approximate: 'none' | 'tanh';
  readonly epsilon: number;
  readonly reduction: graph.Reduction;
  readonly k: number;
  readonly largest: boolean;
}

interface Case {
  readonly op: string;
  readonly attrs: Attributes;
  readonly inputs: Array64[];
  readonly cotangent: number[] | null;
  readonly output: Array64;
  readonly grads: (number[] | null)[];
}

/** Operators that ONNX Runtime 1.30 has no float64 kernel for on CPUs: these are checked in float32. */
const WITHOUT_FLOAT64 = new Set([
  ...['erf', 'gelu', 'averagePool2d', 'conv2d', 'conv2dWeightGradient', 'convTranspose2d'],
  ...['tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh'],
]);

const withAttributes: Record<string, (xs: Tensor[], attrs: Attributes) => Tensor> = {
  transpose: ([x], { perm }) => graph.transpose(x!, perm),
  reshape: ([x], { shape }) => graph.reshape(x!, shape),
  slice: ([x], { starts, ends, steps }) => graph.slice(x!, starts, ends, steps),
  concat: (xs, { axis }) => graph.concat(xs, axis),
  pad: ([x], { before, after, value }) => graph.pad(x!, before, after, value),
  gather: ([x, indices], { axis }) => graph.gather(x!, indices!, axis),
  gatherElements: ([x, indices], { axis }) => graph.gatherElements(x!, indices!, axis),
  scatterElements: ([x, indices, updates], attrs) => graph.scatterElements(x!, indices!, updates!, attrs),
  topK: ([x], { k, axis, largest }) => graph.topK(x!, k, { axis, largest }).values,
  oneHot: ([x], { depth }) => graph.oneHot(x!, depth, 'float64'),
  gemm: ([a, b, c], { transA, transB }) => graph.gemm(a!, b!, c!, { transposeA: transA, transposeB: transB }),
  conv2d: ([x, w], attrs) => graph.conv2d(x!, w!, attrs),
  convTranspose2d: ([y, w], attrs) => graph.convTranspose2d(y!, w!, attrs),
  conv2dWeightGradient: ([x, y], { kernel, ...attrs }) => graph.conv2dWeightGradient(x!, y!, kernel, attrs),
  maxPool2d: ([x], attrs) => graph.maxPool2d(x!, attrs),
  averagePool2d: ([x], attrs) => graph.averagePool2d(x!, attrs),
  gelu: ([x], { approximate }) => graph.gelu(x!, { approximate }),
  layerNorm: ([x, scale, bias], { axis, epsilon }) => graph.layerNorm(x!, scale!, bias, { axis, epsilon }),
  softmax: ([x], { axis }) => graph.softmax(x!, axis),
  logSoftmax: ([x], { axis }) => graph.logSoftmax(x!, axis),
};

function build({ op, attrs }: Case, xs: Tensor[]): Tensor {
  const special = withAttributes[op];
  if (special) return special(xs, attrs);
  const f = (graph as unknown as Record<string, (...args: unknown[]) => Tensor>)[op]!;
  return 'axes' in attrs ? f(xs[0], attrs) : f(...xs);
}

/** The case as a graph: its value `y` and, for each input with a gradient in the fixture, `grad<i>`. */
function graphOf(each: Case, float: DType): AnyGraph {
  const typeOf = (dtype: DType) => (dtype === 'float64' ? float : dtype);
  const xs = each.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, typeOf(dtype)));
  const wanted = xs.filter((_, i) => each.grads[i]);
  const f = (leaves: readonly Tensor[]) =>
    build(
      each,
      xs.map((x) => (wanted.includes(x) ? leaves[wanted.indexOf(x)]! : x)),
    );
  const inputs = Object.fromEntries(xs.map((x, i) => [`x${i}`, x]));
  if (!each.cotangent) return { inputs, outputs: { y: f(wanted) } };
  const v = input('v', each.output.shape, float);
  const { value, cotangent } = vjp(f, wanted, v);
  const grads = wanted.map((x, i) => [`grad${xs.indexOf(x)}`, cotangent[i]!] as const);
  return { inputs: { ...inputs, v }, outputs: { y: value as Tensor, ...Object.fromEntries(grads) } };
}

function valuesOf(each: Case, float: DType) {
  const typeOf = (dtype: DType) => (dtype === 'float64' ? float : dtype);
  const inputs = each.inputs.map(({ shape, dtype, data }, i) => [`x${i}`, array(shape, typeOf(dtype), data)] as const);
  const v = each.cotangent && { v: array(each.output.shape, float, each.cotangent) };
  return { ...Object.fromEntries(inputs), ...v };
}

function check(each: Case, results: Readonly<Record<string, Float64Array>>, tolerance: number, by: string): void {
  const title = `${each.op} ${JSON.stringify(each.attrs)} by ${by}`;
  expectClose(results.y!, each.output.data, tolerance, `${title}, value`);
  each.grads.forEach((grad, i) => {
    if (grad) expectClose(results[`grad${i}`]!, grad, tolerance, `${title}, gradient of input ${i}`);
  });
}

const { cases } = fixture<{ cases: Case[] }>('operators.json');
const runtime = nodeRuntime({ threads: 1 });

describe.each([...new Set(cases.map(({ op }) => op))])('%s has the value and gradients that PyTorch gives it', (op) => {
  const those = cases.filter((each) => each.op === op);

  test('by evaluate', () => {
    for (const each of those) {
      const traced = graphOf(each, 'float64');
      expect((traced.outputs.y as Tensor).shape).toEqual(each.output.shape);
      check(each, evaluateGraph(traced, valuesOf(each, 'float64')), 1e-12, 'evaluate');
    }
  });

  const [float, tolerance] = WITHOUT_FLOAT64.has(op) ? (['float32', 1e-6] as const) : (['float64', 1e-12] as const);
  test(`by ONNX Runtime in ${float}`, async () => {
    for (const each of those) {
      const results = await runGraph(graphOf(each, float), valuesOf(each, float), runtime);
      check(each, results, tolerance, 'ONNX Runtime');
    }
  });
});

test.each([...WITHOUT_FLOAT64])('%s in float64 is refused by ONNX Runtime with an error that names it', async (op) => {
  const each = cases.find((other) => other.op === op)!;
  const refused = runGraph(graphOf(each, 'float64'), valuesOf(each, 'float64'), runtime);
  await expect(refused).rejects.toBeInstanceOf(CompileError);
  await expect(refused).rejects.toMatchObject({ operator: op });
});
