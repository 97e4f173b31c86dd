import { compile, f32, layoutOf, type Runtime, ShapeError, trace } from '@unbraid/graph';
import type { Loss } from '../losses/loss.ts';
import { type AnyModel, applyModel } from '../model.ts';
import type { ParamSpec } from '../param.ts';
import { checkData, checkMatrix, outputShape } from './check-data.ts';
import { type Data, type Matrix, showShape } from './data.ts';
import { defaultRuntime } from './default-runtime.ts';
import { createEvaluator, EVALUATION_ROWS } from './evaluator.ts';
import { type Scope, withScope } from './scope.ts';
import { checkMetrics, type Metrics, type Scores } from './scores.ts';

export interface PredictOptions {
  /** Rows at a time. Default 1024. */
  readonly batchSize?: number;
  /** Default: onnxruntime-node on all cores. */
  readonly runtime?: Runtime;
}

/**
 * The model's outputs, a row for each row of `x`.
 * @param params flat, as `fit` returns them
 * @throws {RangeError} in one line, for parameters or inputs that don't fit
 */
export async function predict(
  model: AnyModel,
  params: Float32Array,
  x: Matrix,
  { batchSize = EVALUATION_ROWS, runtime }: PredictOptions = {},
): Promise<Matrix> {
  checkMatrix('x', x);
  checkParams(model, params);
  const shape = outputShape(model, x);
  const cols = shape[1];
  if (shape.length !== 2 || cols === undefined)
    throw new ShapeError(`nn: predict takes a model whose output is [rows, width], this one's is ${showShape(shape)}`);
  const out = new Float32Array(x.rows * cols);
  const engine = runtime ?? (await defaultRuntime());
  for (let from = 0; from < x.rows; ) {
    // All full batches share one executable; the rest has its own.
    const rows = Math.min(batchSize, x.rows - from);
    const to = from + (x.rows - from - ((x.rows - from) % rows));
    await withScope((scope) => predictRows(scope, engine, { model, params, x, rows, from, to, cols, out }));
    from = to;
  }
  return { data: out, rows: x.rows, cols };
}

interface Rows {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
  /** Rows at a time; `to − from` is a multiple of it. */
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly cols: number;
  readonly out: Float32Array;
}

async function predictRows(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, rows, from, to, cols, out }: Rows,
): Promise<void> {
  let at = from;
  const specs = { params: model.params as ParamSpec, x: f32(rows, x.cols) };
  const graph = trace(specs, (inputs) => ({ y: applyModel(model, inputs.params, inputs.x) }));
  const inputs = {
    params: { data: params },
    x: {
      get data() {
        return x.data.subarray(at * x.cols, (at + rows) * x.cols);
      },
    },
  };
  const outputs = {
    y: {
      get data() {
        return out.subarray(at * cols, (at + rows) * cols);
      },
    },
  };
  const executable = scope.own(await compile(graph, runtime, { inputs, outputs }));
  for (; at < to; at += rows) await executable.run();
}

/**
 * The mean of the loss and of each metric over all rows, with given parameters.
 * @throws {RangeError} in one line, for parameters or data that don't fit
 */
export async function evaluateModel(
  model: AnyModel,
  params: Float32Array,
  data: Data,
  { loss, metrics = {}, batchSize, runtime }: PredictOptions & { readonly loss: Loss; readonly metrics?: Metrics },
): Promise<Scores> {
  checkData('data', model, data);
  checkParams(model, params);
  checkMetrics(metrics);
  const engine = runtime ?? (await defaultRuntime());
  const functions = { loss, ...metrics };
  return withScope(async (scope) => {
    const evaluate = await createEvaluator(scope, engine, {
      model,
      data,
      functions,
      params: { data: params },
      ...(batchSize && { batchSize }),
    });
    return evaluate();
  });
}

function checkParams(model: AnyModel, params: Float32Array): void {
  const { size } = layoutOf(model.params, 'params');
  if (params.length !== size)
    throw new RangeError(`nn: params has ${params.length} entries, the model has ${size} parameters`);
}
