import { checkFiniteValues, checkSettings, count, text } from '@unbraid/checks';
import { compile, type Runtime, ShapeError, type Source, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import * as z from 'zod';
import type { Loss } from '../losses/loss.ts';
import type { AnyModel } from '../model.ts';
import { showShape } from '../show-shape.ts';
import { traceOutputs } from '../trace-outputs.ts';
import { checkData, checkParams } from './check-data.ts';
import type { DataLike, InputsLike, Matrix } from './data.ts';
import { createEvaluator, EVALUATION_ROWS } from './evaluator.ts';
import { lossSetting, metricsSetting, modelSetting, runtimeSetting } from './fit-schema.ts';
import { resolveData } from './resolve-data.ts';
import { type Inputs, resolveInputs } from './resolve-inputs.ts';
import { checkMetrics, type Metrics, type Scores } from './scores.ts';

/** What use of a trained model takes. */
export interface PredictOptions {
  /** Rows at a time. Default 1024. */
  readonly batchSize?: number;
  /** Default: onnxruntime-node on all cores. */
  readonly runtime?: Runtime;
}

const predictSchema = z.object({ batchSize: count().default(EVALUATION_ROWS), runtime: runtimeSetting().optional() });

/**
 * The model's outputs, a row for each row of `x`.
 * @param params flat, as `fit` returns them
 * @param given rows in any form that `fit` takes; of each input by name, where the model names them
 * @throws {InputError} in one line, for parameters or inputs that don't fit or aren't finite, and for outputs that aren't
 */
export async function predict(
  model: AnyModel,
  params: Float32Array,
  given: InputsLike,
  options: PredictOptions = {},
): Promise<Matrix> {
  const { batchSize, runtime } = checkSettings('nn: predict', predictSchema.extend({ model: modelSetting() }), {
    model,
    ...options,
  });
  const x = resolveInputs('nn: x', model, given);
  checkParams('params', model, params);
  const size = Math.min(batchSize, x.rows);
  const graph = traceOutputs(model, x.inputs, size);
  const shape = [x.rows, ...graph.outputs.y.shape.slice(1)];
  const cols = shape[1];
  if (shape.length !== 2 || cols === undefined)
    throw new ShapeError(`nn: predict takes a model whose output is [rows, width], this one's is ${showShape(shape)}`);
  const out = new Float32Array(x.rows * cols);
  const engine = runtime ?? (await defaultRuntime());
  const full = x.rows - (x.rows % size);
  const shared = { params, x, cols, out };
  await predictRows(engine, graph, { ...shared, from: 0, to: full, rows: size });
  const rest = x.rows - full;
  if (rest > 0)
    await predictRows(engine, traceOutputs(model, x.inputs, rest), { ...shared, from: full, to: x.rows, rows: rest });
  checkFiniteValues('nn: the output', out, 'look for extreme inputs, or train again', (at) => {
    return `row ${Math.floor(at / cols)}, column ${at % cols} (counted from 0)`;
  });
  return { data: out, rows: x.rows, cols };
}

interface Rows {
  readonly params: Float32Array;
  readonly x: Inputs;
  /** Rows at a time; `to − from` is a multiple of it. */
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly cols: number;
  readonly out: Float32Array;
}

async function predictRows(
  runtime: Runtime,
  graph: ReturnType<typeof traceOutputs>,
  { params, x, rows, from, to, cols, out }: Rows,
): Promise<void> {
  let at = from;
  const views = x.inputs.map(({ key, data, cols: width }): [string, Source] => [
    key,
    {
      get data() {
        return data.subarray(at * width, (at + rows) * width);
      },
    },
  ]);
  const inputs = { ...Object.fromEntries(views), params: { data: params } };
  const outputs = {
    y: {
      get data() {
        return out.subarray(at * cols, (at + rows) * cols);
      },
    },
  };
  const executable = await compile(graph, runtime, { inputs, outputs });
  try {
    for (; at < to; at += rows) await executable.run();
  } finally {
    await executable.release();
  }
}

export interface EvaluateOptions extends PredictOptions {
  readonly loss: Loss;
  readonly metrics?: Metrics;
  /** Names of the classes in the order of the model's outputs, which labels that are given by name need: those of the fit. */
  readonly classes?: readonly string[];
}

/**
 * The mean of the loss and of each metric over all rows, with given parameters.
 * @throws {InputError} in one line, for parameters or data that don't fit or aren't finite, and for means that aren't
 */
export async function evaluateModel(
  model: AnyModel,
  params: Float32Array,
  given: DataLike,
  options: EvaluateOptions,
): Promise<Scores> {
  const schema = predictSchema.extend({
    model: modelSetting(),
    loss: lossSetting(),
    metrics: metricsSetting().default({}),
    classes: z.array(text()).optional(),
  });
  const { loss, metrics, batchSize, runtime, classes } = checkSettings('nn: evaluateModel', schema, {
    model,
    ...options,
  });
  const { data } = resolveData('data', given, { model, loss, classes, isTrained: true });
  checkData('data', model, data);
  checkParams('params', model, params);
  checkMetrics(metrics);
  const engine = runtime ?? (await defaultRuntime());
  const functions = { loss, ...metrics };
  const scores = await withScope(async (scope) => {
    const evaluate = await createEvaluator(scope, engine, {
      model,
      data,
      functions,
      params: { data: params },
      batchSize,
    });
    return evaluate();
  });
  const names = Object.keys(scores);
  checkFiniteValues('nn: evaluateModel', Object.values(scores), 'look for extreme inputs', (at) => names[at]!);
  return scores;
}
