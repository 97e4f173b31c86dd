import { type Buffer, compile, type Runtime, type Scope, type Source, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { batchSpecs, type Data, type Slice, slicesOf, weightOf } from './data.ts';
import { createTally, type Metrics, type Scores, scoreTensors } from './scores.ts';

/** Rows that are evaluated at a time; enough to keep the cores busy, few enough to keep activations small. */
export const EVALUATION_ROWS = 1024;

export interface EvaluatorOptions {
  readonly model: AnyModel;
  readonly data: Data;
  /** What is measured, the loss among it. */
  readonly functions: Metrics;
  /** The values of all parameters, read at each evaluation. */
  readonly params: Source;
  readonly batchSize?: number;
}

/** Compiles the means of `functions` over all rows of `data`, which is read in place, slice by slice. */
export async function createEvaluator(
  scope: Scope,
  runtime: Runtime,
  { model, data, functions, params, batchSize = EVALUATION_ROWS }: EvaluatorOptions,
): Promise<() => Promise<Scores>> {
  const slices = slicesOf(data, batchSize);
  const runners = new Map<number, Awaited<ReturnType<typeof compileFor>>>();
  const compileFor = async (first: Slice) => {
    let slice = first;
    const specs = { params: paramsOf(model), ...batchSpecs(data, first.rows) };
    const graph = trace(specs, ({ params: values, x, y: target, weights }) => {
      const prediction = applyModel(model, values, x);
      return { scores: scoreTensors(functions, { prediction, target, weights }) };
    });
    const inputs = {
      params,
      x: {
        get data() {
          return slice.x;
        },
      },
      y: {
        get data() {
          return slice.y;
        },
      },
      ...(data.weights && {
        weights: {
          get data() {
            return slice.weights!;
          },
        },
      }),
    };
    const executable = scope.own(await compile(graph, runtime, { inputs }));
    const scores: Buffer = executable.outputs.scores;
    return async (next: Slice): Promise<Float32Array> => {
      slice = next;
      await executable.run();
      return scores.float32;
    };
  };
  for (const slice of slices) {
    if (!runners.has(slice.rows)) runners.set(slice.rows, await compileFor(slice));
  }
  const tally = createTally(Object.keys(functions));
  return async () => {
    for (const slice of slices)
      tally.add(await runners.get(slice.rows)!(slice), slice.rows, weightOf(slice.weights, slice.rows));
    return tally.take();
  };
}
