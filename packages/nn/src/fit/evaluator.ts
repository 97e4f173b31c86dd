import { type Buffer, compile, type Runtime, type Scope, type Source, trace } from '@unbraid/graph';
import { inputOf, type TensorSpecs } from '../input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { batchSpecs, type Samples, type Slice, slicesOf, weightOf } from './data.ts';
import { createTally, type Metrics, type Scores, scoreTensors } from './scores.ts';

/** Rows that are evaluated at a time; enough to keep the cores busy, few enough to keep activations small. */
export const EVALUATION_ROWS = 1024;

export interface EvaluatorOptions {
  readonly model: AnyModel;
  readonly data: Samples;
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
    const specs: TensorSpecs = { params: paramsOf(model), ...batchSpecs(data, first.rows) };
    const graph = trace(specs, (tensors) => {
      const x = inputOf(model, data.inputs, ({ key }) => tensors[key]!);
      const prediction = applyModel(model, tensors.params, x);
      return { scores: scoreTensors(functions, { prediction, target: tensors.y!, weights: tensors.weights }) };
    });
    const views = Object.keys(first.views).map((key): [string, Source] => [
      key,
      {
        get data() {
          return slice.views[key]!;
        },
      },
    ]);
    const inputs = { ...Object.fromEntries(views), params };
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
