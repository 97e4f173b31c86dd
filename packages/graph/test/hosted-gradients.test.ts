import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { Tensor } from '../src/index.ts';
import * as g from '../src/index.ts';
import { leavesOf, sizeOf } from '../src/index.ts';
import { planOf } from '../src/run/plan.ts';
import { array, evaluateGraph, expectClose, runGraph, uniform, type Values } from './support.ts';

/*
 * Gradients of large tensors that kernels of ours compute: against `evaluate`, which takes ordinary operators for them.
 */

const [ROWS, WIDTH] = [512, 64];

interface Use {
  readonly kernel: string;
  readonly shapes: readonly (readonly number[])[];
  readonly f: (xs: readonly Tensor[]) => Tensor;
}

const places = g.constant(
  Array.from({ length: ROWS }, (_, i) => ((i * 7919) % 60) - 3),
  [ROWS / 8, 8],
  'int64',
);

const uses: Readonly<Record<string, Use>> = {
  gelu: { kernel: 'geluGradient', shapes: [[8, ROWS / 8, WIDTH]], f: ([x]) => g.gelu(x!) },
  layerNorm: {
    kernel: 'layerNormGradient',
    shapes: [[8, ROWS / 8, WIDTH], [WIDTH], [WIDTH]],
    f: ([x, scale, bias]) => g.layerNorm(x!, scale!, bias),
  },
  'layerNorm without a bias, over two axes': {
    kernel: 'layerNormGradient',
    shapes: [
      [ROWS, 4, WIDTH / 4],
      [4, WIDTH / 4],
    ],
    f: ([x, scale]) => g.layerNorm(x!, scale!, undefined, { axis: 1, epsilon: 0.1 }),
  },
  'gather, with indices from the end': {
    kernel: 'scatterRows',
    shapes: [[60, WIDTH]],
    f: ([x]) => g.gather(x!, g.where(g.less(places, 0), g.add(places, 60), places)),
  },
};

/** Σ v · f(x), its gradient, and the gradient's change along u. */
function graphOf({ shapes, f }: Use): g.AnyGraph {
  const xs = shapes.map((shape, i) => g.input(`x${i}`, shape, 'float32'));
  const us = shapes.map((shape, i) => g.input(`u${i}`, shape, 'float32'));
  const y = f(xs);
  const v = g.input('v', y.shape, 'float32');
  const loss = (of: readonly Tensor[]) => g.reduceMean(g.mul(v, f(of)));
  const named = (name: string, list: readonly Tensor[]) => list.map((x, i) => [`${name}${i}`, x] as const);
  return {
    inputs: Object.fromEntries([...named('x', xs), ...named('u', us), ['v', v]]),
    outputs: Object.fromEntries([...named('slope', g.grad(loss)(xs)), ...named('curve', g.hvp(loss)(xs, us))]),
  };
}

const valuesOf = (graph: g.AnyGraph): Values =>
  Object.fromEntries(
    leavesOf<Tensor>(graph.inputs).map(({ path, value: { shape } }, i) => {
      // Times the number of entries, which the mean divides by.
      const entries = uniform(i, sizeOf(shape)).map((x) => (path === 'v' ? x * ROWS * WIDTH : x));
      return [path, array(shape, 'float32', entries)];
    }),
  );

describe.each(Object.entries(uses))('%s', (_, use) => {
  const graph = graphOf(use);
  const values = valuesOf(graph);

  test('has a gradient by a kernel', () => {
    const hosts = planOf(graph, 'out:').stages.flatMap((stage) => stage.hosts.map(({ operator }) => operator.name));
    expect(hosts).toContain(use.kernel);
  });

  test('has the gradient and second derivatives of its meaning, with the same bits on any number of threads', async () => {
    const expected = evaluateGraph(graph, values);
    const bits = new Set<string>();
    for (const threads of [1, 2, 3]) {
      const actual = await runGraph(graph, values, nodeRuntime({ threads }));
      for (const [name, e] of Object.entries(expected)) expectClose(actual[name]!, e, 3e-6, name);
      bits.add(JSON.stringify(Object.values(actual).map((each) => [...each])));
    }
    expect(bits.size).toBe(1);
  });

  test('exports its gradient by ordinary operators', () => {
    const model = Buffer.from(g.exportOnnx(graph)).toString('latin1');
    expect(model).not.toContain(use.kernel);
  });
});

test('an index that is no row of the table is refused, with its place', async () => {
  const table = g.input('table', [1000, WIDTH], 'float32');
  const at = g.input('at', [3], 'int32');
  const slope = g.grad((x: Tensor) => g.reduceSum(g.mul(x, x)))(table);
  const graph = {
    inputs: { table, at },
    outputs: { slope: g.grad((x: Tensor) => g.reduceSum(g.gather(x, at)))(table), slope2: slope },
  };
  const values = {
    table: array([1000, WIDTH], 'float32', new Float64Array(1000 * WIDTH)),
    at: array([3], 'int32', [0, 999, 1000]),
  };
  await expect(runGraph(graph, values, nodeRuntime({ threads: 1 }))).rejects.toThrow(
    'scatterRows: indices[2] is 1000, but out has 1000 rows',
  );
});
