import fc from 'fast-check';
import type { DType } from '../../../packages/graph/src/dtype.ts';
import type { Runtime } from '../../../packages/graph/src/index.ts';
import { derivativesOf, WITHOUT_FLOAT64 } from '../../../packages/graph/test/derivatives.ts';
import { operatorCases } from '../../../packages/graph/test/operator-cases.ts';
import { specialGraph, specialUses } from '../../../packages/graph/test/special-uses.ts';
import { resultOf, threadUses } from '../../../packages/graph/test/thread-uses.ts';
import { runGraph } from '../../../packages/graph/test/values.ts';

/** Results by name. */
export type Results = Readonly<Record<string, ArrayLike<number>>>;

/** What is computed in a page as in Node: the uses of operators that the tests of `@unbraid/graph` compare. */
export interface Case {
  /** Value and derivatives, an operator at special numbers, or a graph that threads share out. */
  readonly kind: 'derivatives' | 'special' | 'threads';
  readonly operator: string;
  readonly dtype: DType;
  run(runtime: Runtime): Promise<Results>;
}

/** Uses of each operator, drawn by a seed so that page and Node draw the same. */
const DRAWN = 6;
const SEED = 19;

const TYPES: readonly DType[] = ['float32', 'float64'];
const typesOf = (operator: string): readonly DType[] => TYPES.slice(0, WITHOUT_FLOAT64.has(operator) ? 1 : 2);

export const cases: readonly Case[] = [
  ...Object.entries(operatorCases).flatMap(([operator, uses]) =>
    typesOf(operator).map(
      (dtype): Case => ({ kind: 'derivatives', operator, dtype, run: (of) => drawn(uses, dtype, of) }),
    ),
  ),
  ...Object.entries(specialUses).flatMap(([operator, uses]) =>
    typesOf(operator).map((dtype): Case => {
      const { graph, values } = specialGraph(uses, dtype);
      return { kind: 'special', operator, dtype, run: (runtime) => runGraph(graph, values, runtime) };
    }),
  ),
  ...Object.entries(threadUses).map(
    ([operator, graphs]): Case => ({
      ...{ kind: 'threads', operator, dtype: 'float32' },
      async run(runtime) {
        const results: Record<string, ArrayLike<number>> = {};
        for (const [i, graph] of graphs.entries()) results[`graph ${i}`] = await resultOf(graph, runtime);
        return results;
      },
    }),
  ),
];

/** Value, Jᵀv and Ju of each use. */
async function drawn(uses: (typeof operatorCases)[string], dtype: DType, runtime: Runtime): Promise<Results> {
  const results: Record<string, ArrayLike<number>> = {};
  for (const [i, each] of fc.sample(uses, { numRuns: DRAWN, seed: SEED }).entries()) {
    const { graph, values } = derivativesOf(each, SEED + i, dtype);
    for (const [name, result] of Object.entries(await runGraph(graph, values, runtime)))
      results[`${i}: ${name}`] = result;
  }
  return results;
}
