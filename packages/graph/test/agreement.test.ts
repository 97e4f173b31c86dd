import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { DType } from '../src/index.ts';
import * as operators from '../src/operators/index.ts';
import { WITHOUT_FLOAT64 } from './derivatives.ts';
import { differ } from './differ.ts';
import { specialGraph, specialUses } from './special-uses.ts';
import { evaluateGraph, runGraph } from './support.ts';

/* What ONNX Runtime computes against `evaluate`. */

const runtime = nodeRuntime({ threads: 1 });

test('every operator is compared', () => {
  expect(Object.keys(specialUses).sort()).toEqual(Object.keys(operators).sort());
});

describe.each<DType>(['float32', 'float64'])('ONNX Runtime and evaluate agree in %s on', (dtype) => {
  const precision = dtype === 'float32' ? ([3e-6, 1.2e-38] as const) : ([2e-14, 2.3e-308] as const);
  const compared = Object.entries(specialUses).filter(([name]) => dtype === 'float32' || !WITHOUT_FLOAT64.has(name));
  test.each(compared)('%s', async (_, all) => {
    const { graph, values } = specialGraph(all, dtype);
    const expected = evaluateGraph(graph, values);
    const actual = await runGraph(graph, values, runtime);
    for (const [name, e] of Object.entries(expected)) {
      const wrong = [...e].flatMap((x, i) =>
        differ(actual[name]![i]!, x, precision) ? [`${i}: ${actual[name]![i]}, not ${x}`] : [],
      );
      expect(wrong, `${name} of ${JSON.stringify(all[Number(name.slice(1))]![0].map(([shape]) => shape))}`).toEqual([]);
    }
  });
});
