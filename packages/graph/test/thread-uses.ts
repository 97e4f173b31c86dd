import { createRandom } from '@unbraid/kernels';
import {
  type AnyGraph,
  type Buffer,
  compile,
  constant,
  conv2d,
  f32,
  gemm,
  grad,
  logSoftmax,
  matmul,
  mul,
  pick,
  type Runtime,
  reduceSum,
  relu,
  softplus,
  type Tensor,
  trace,
} from '../src/index.ts';

/* Graphs large enough for threads to share them out. The result is `y`. */

/** Rows, columns and inner size; ONNX Runtime shares out the columns of those with fewer rows than columns. */
const SIZES = [
  [2, 100, 784],
  [3, 128, 2000],
  [7, 32, 2000],
  [16, 128, 784],
  [17, 200, 300],
  [64, 300, 129],
  [100, 300, 784],
  [129, 1, 784],
  [300, 1, 256],
  [300, 20, 400],
  [128, 1024, 784],
  [65, 2048, 300],
  [48, 1024, 300],
  [200, 512, 160],
  [80, 260, 200],
] as const;

const FORMS = [
  [false, false],
  [true, false],
  [false, true],
] as const;

function graphOf(
  [m, n, k]: readonly [number, number, number],
  [transposeA, transposeB]: readonly [boolean, boolean],
  y: (a: Tensor, b: Tensor, c: Tensor, flags: { transposeA: boolean; transposeB: boolean }) => Tensor,
) {
  const specs = { a: transposeA ? f32(k, m) : f32(m, k), b: transposeB ? f32(n, k) : f32(k, n), c: f32(n) };
  return trace(specs, ({ a, b, c }) => ({ y: y(a, b, c, { transposeA, transposeB }) }));
}

function wideNetwork(): AnyGraph {
  const [batch, inputs, hidden, classes] = [128, 300, 1024, 10];
  const labels = constant(
    Array.from({ length: batch }, (_, i) => i % classes),
    [batch],
    'int32',
  );
  const specs = { x: f32(batch, inputs), params: { w: f32(inputs, hidden), b: f32(hidden), v: f32(hidden, classes) } };
  return trace(specs, ({ x, params }) => ({
    y: grad(({ w, b, v }: typeof params) =>
      reduceSum(pick(logSoftmax(matmul(relu(gemm(x, mul(w, 0.1), b)), v)), labels)),
    )(params),
  }));
}

/** Σ y² of images under filters, whose gradients meet all three faces of the convolution. */
const squares = ({ x, w }: { x: Tensor; w: Tensor }) => {
  const y = conv2d(x, w);
  return reduceSum(mul(y, y));
};

const IMAGES = [
  [50, 64, 4, 128],
  [64, 64, 4, 256],
] as const;

/** By what they compute. */
export const threadUses: Readonly<Record<string, readonly AnyGraph[]>> = {
  ...Object.fromEntries(
    SIZES.map((size) => [
      `products ${size[0]} × ${size[1]} over ${size[2]}`,
      [
        ...FORMS.map((form) => graphOf(size, form, (a, b, _, flags) => matmul(a, b, flags))),
        graphOf(size, FORMS[0], (a, b, c) => gemm(a, b, c)),
      ],
    ]),
  ),
  'a step of a wide network': [wideNetwork()],
  ...Object.fromEntries(
    IMAGES.map(([n, c, size, f]) => {
      const specs = { x: f32(n, c, size, size), w: f32(f, c, size, size) };
      return [
        `${n} images of ${c} channels under filters of their size ${size}`,
        [
          trace(specs, ({ x, w }) => ({ y: conv2d(x, w) })),
          trace(specs, (of) => ({ y: grad(squares)(of).x })),
          trace(specs, (of) => ({ y: grad(squares)(of).w })),
        ],
      ];
    }),
  ),
  'softplus of many entries': [131_072, 100_003].map((size) =>
    trace({ x: f32(size) }, ({ x }) => ({ y: softplus(x) })),
  ),
};

/** The entries of `y`, of inputs drawn from a normal distribution. */
export async function resultOf(graph: AnyGraph, runtime: Runtime): Promise<Float32Array> {
  const { inputs, outputs, run, release } = (await compile(graph as never, runtime)) as Compiled;
  for (const [i, { float32 }] of Object.values(inputs).entries()) createRandom(i).normal(float32);
  await run();
  const result = outputs.y!.float32.slice();
  await release();
  return result;
}

interface Compiled {
  readonly inputs: Record<string, Buffer>;
  readonly outputs: Record<string, Buffer>;
  run(): Promise<void>;
  release(): Promise<void>;
}
