import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { DType } from '../src/dtype.ts';
import type { AnyGraph } from '../src/index.ts';
import * as operators from '../src/operators/index.ts';
import { type Derivatives, derivativesOf, WITHOUT_FLOAT64 } from './derivatives.ts';
import { operatorCases } from './operator-cases.ts';
import { dot, evaluateGraph, expectClose, runGraph } from './support.ts';

/** Operators whose derivative is zero or not defined, and those that only name a value. */
const WITHOUT_DERIVATIVE = new Set([
  ...['argMax', 'bernoulliMask', 'cast', 'constant', 'equal', 'greater', 'greaterEqual', 'input', 'less', 'lessEqual'],
  ...[
    'maxPoolPositions',
    'oneHot',
    'sign',
    'stopGradient',
    'floor',
    'ceil',
    'round',
    'bitwiseAnd',
    'bitwiseOr',
    'bitwiseXor',
  ],
  ...['logicalAnd', 'logicalNot', 'logicalOr', 'logicalXor'],
]);

/** Half the distance of central differences: the error of the formula and of rounding are both near 1e-10 there. */
const STEP = 1e-5;

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const runtime = nodeRuntime({ threads: 1 });

/** d⟨v, f(x)⟩ / dx for one operand, entry by entry. */
function centralDifferences({ graph, values, cotangent }: Derivatives, name: string): Float64Array {
  const x = values[name]!;
  const value: AnyGraph = { inputs: graph.inputs, outputs: { y: graph.outputs.y! } };
  const at = (entry: number, step: number) => {
    const data = x.data.with(entry, x.data[entry]! + step);
    return dot(cotangent.data, evaluateGraph(value, { ...values, [name]: { ...x, data } }).y!);
  };
  return x.data.map((_, entry) => (at(entry, STEP) - at(entry, -STEP)) / (2 * STEP));
}

test('every operator is either checked here or has no derivative', () => {
  const known = [...Object.keys(operatorCases), ...WITHOUT_DERIVATIVE].sort();
  expect(known).toEqual(Object.keys(operators).sort());
});

describe.each(Object.entries(operatorCases))('%s', (name, cases) => {
  test('has a reverse rule that agrees with central differences to 1e-6', () => {
    fc.assert(
      fc.property(cases, seed, (each, at) => {
        const all = derivativesOf(each, at, 'float64');
        const results = evaluateGraph(all.graph, all.values);
        all.operands.forEach((_, i) => {
          expectClose(results[`vjp${i}`]!, centralDifferences(all, `x${i}`), 1e-6, `gradient of operand ${i}`);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('has forward and reverse rules that are adjoint: ⟨v, Ju⟩ = ⟨Jᵀv, u⟩', () => {
    fc.assert(
      fc.property(cases, seed, (each, at) => {
        const { graph, values, cotangent, tangents } = derivativesOf(each, at, 'float64');
        const results = evaluateGraph(graph, values);
        const reverse = tangents.reduce((sum, u, i) => sum + dot(results[`vjp${i}`]!, u.data), 0);
        expectClose([dot(cotangent.data, results.jvp!)], [reverse], 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  const types: [DType, number][] = [
    ['float32', 2e-6],
    ...(WITHOUT_FLOAT64.has(name) ? [] : [['float64', 1e-13] as [DType, number]]),
  ];
  test.each(types)('gives by ONNX Runtime in %s what evaluate gives', async (dtype, tolerance) => {
    await fc.assert(
      fc.asyncProperty(cases, seed, async (each, at) => {
        const { graph, values } = derivativesOf(each, at, dtype);
        const expected = evaluateGraph(graph, values);
        const actual = await runGraph(graph, values, runtime);
        for (const key of Object.keys(expected)) expectClose(actual[key]!, expected[key]!, tolerance, key);
      }),
      { numRuns: 12 },
    );
  });
});
