import {
  compile,
  evaluate,
  f32,
  grad,
  hvp,
  leavesOf,
  mul,
  type NdArray,
  reduceSum,
  type Tensor,
  tanh,
  trace,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect } from 'vitest';

const runtime = nodeRuntime({ threads: 1 });

/** Expects an executable to give what `evaluate` does in float64: value, gradients and a Hessian-vector product of Σ tanh(y). */
export async function expectMeaning(
  shapes: Record<string, readonly number[]>,
  f: (x: Record<string, Tensor>) => Tensor,
  seed: number,
  low = -1,
) {
  const specs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, f32(...shape)]));
  const total = (x: Record<string, Tensor>) => reduceSum(tanh(mul(f(x), 0.5)));
  const graph = trace(specs, (x) => {
    const at = x as Record<string, Tensor>;
    return { y: f(at), grad: grad(total)(at), hvp: hvp(total)(at, at) };
  });
  const random = createRandom(seed);
  const values = new Map<Tensor, NdArray>();
  const run = await compile(graph, runtime);
  for (const [name, shape] of Object.entries(shapes)) {
    const buffer = run.inputs[name]!.float32;
    random.uniform(buffer, low, 1);
    values.set((graph.inputs as Record<string, Tensor>)[name]!, {
      shape,
      dtype: 'float64',
      data: Float64Array.from(buffer),
    });
  }
  await run.run();
  for (const [name, tree] of Object.entries(graph.outputs)) {
    const leaves = leavesOf<Tensor>(tree as never);
    const expected = evaluate(
      leaves.map(({ value }) => value),
      values,
    ).flatMap(({ data }) => [...data]);
    const actual = run.outputs[name as 'y'].float32;
    const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - actual[i]!)), 0);
    expect(worst / scale, name).toBeLessThan(1e-5);
  }
  await run.release();
}
