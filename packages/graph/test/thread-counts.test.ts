import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import { compile, f32, gemm, matmul, type Tensor, trace } from '../src/index.ts';

const runtimes = [1, 2, 3, 8].map((threads) => nodeRuntime({ threads }));

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
] as const;

async function bitsOf(graph: ReturnType<typeof graphOf>): Promise<Set<string>> {
  const results = new Set<string>();
  for (const runtime of runtimes) {
    const executable = await compile(graph, runtime);
    for (const [i, { float32 }] of Object.values(executable.inputs).entries()) createRandom(i).normal(float32);
    await executable.run();
    results.add(executable.outputs.y.float32.join());
    await executable.release();
  }
  return results;
}

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

test.each(SIZES)('products %i × %i over %i have the same bits on any number of threads', async (...size) => {
  for (const form of FORMS) {
    const product = graphOf(size, form, (a, b, _, flags) => matmul(a, b, flags));
    expect((await bitsOf(product)).size).toBe(1);
  }
  const sum = graphOf(size, FORMS[0], (a, b, c) => gemm(a, b, c));
  expect((await bitsOf(sum)).size).toBe(1);
});
