import { checkFiniteValues, checkSettings, count, InputError, StateError } from '@unbraid/checks';
import { compile, type Executable, inOpenScope, type OpenScope, type Runtime, type TypedArray } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import type { InputsLike, Matrix } from '../fit/data.ts';
import { modelSetting, runtimeSetting } from '../fit/fit-schema.ts';
import { type Inputs, resolveInputs } from '../fit/resolve-inputs.ts';
import { type Reading, readingsOf, type TensorSpecs } from '../input-spec.ts';
import { bestLabels } from '../metrics/outputs.ts';
import type { AnyModel } from '../model.ts';
import { showShape } from '../show-shape.ts';
import { traceOutputs, traceWithParams } from '../trace-outputs.ts';
import { inputShapeOf } from './input-shape.ts';

/** What `compilePredictor` takes. */
export interface PredictorOptions {
  /** Columns of the inputs of a model that names none. Default: what its first layer says, where it takes one width alone. */
  readonly columns?: number;
  /** Names of the classes in the order of the outputs, for `classify`: those of the fit. */
  readonly classes?: readonly string[] | undefined;
  /**
   * Numbers of rows that are computed at a time, each with a session of its own, which is made when it is first needed; the smallest at once. Other
   * numbers of rows are cut into these, the last filled up. Default 1, 8, 64 and 1024.
   */
  readonly batchSizes?: readonly number[];
  /** Default: onnxruntime-node on all cores. */
  readonly runtime?: Runtime;
}

/** A trained model that is ready: its sessions and memory are kept from call to call. */
export interface Predictor {
  /**
   * The model's outputs, a row for each row of `x`. Calls wait for one another.
   * @throws {InputError} in one line, for inputs that don't fit or aren't finite, and for outputs that aren't
   * @throws {StateError} after `release`
   */
  predict(x: InputsLike): Promise<Matrix>;
  /** The class of each row, by name where the classes have names, else a label from 0: where the outputs are largest. @throws as `predict` */
  classify(x: InputsLike): Promise<Int32Array | string[]>;
  /** Frees sessions and memory once the calls so far have ended; a second call does nothing. */
  release(): Promise<void>;
}

const SIZES = [1, 8, 64, 1024];

const schema = z.object({
  model: modelSetting(),
  columns: count().optional(),
  classes: z.array(z.string(), { error: 'a list of names' }).optional(),
  batchSizes: z
    .array(count(), { error: 'a list of numbers of rows' })
    .min(1, { error: 'a list of numbers of rows' })
    .default(SIZES),
  runtime: runtimeSetting().optional(),
});

/**
 * Makes a model ready for many predictions: what `predict` does in each call, compiling, is done once.
 * @param params flat, as `fit` returns them; copied
 * @throws {InputError} in one line, for options that are unknown or can't be, and parameters that don't fit or aren't finite
 * @throws {ShapeError} for a model whose output is no row of numbers
 */
export async function compilePredictor(
  model: AnyModel,
  params: Float32Array,
  options: PredictorOptions = {},
): Promise<Predictor> {
  const checked = checkSettings('nn: compilePredictor', schema, { model, ...options });
  checkParams("compilePredictor's params", model, params);
  const { classes } = checked;
  const readings = readingsFor(model, checked.columns);
  const width = outputWidth(model, readings, classes);
  const runtime = checked.runtime ?? (await defaultRuntime());
  return inOpenScope(async (scope) => {
    const sizes = [...new Set(checked.batchSizes)].sort((a, b) => a - b);
    const session = sessionsOf(scope, runtime, { model, params: params.slice(), readings });
    await session(sizes[0]!);
    const predict = inTurn(scope, (x: Inputs) => predictRows(x, { sizes, session, width }));
    const outputs = async (given: InputsLike): Promise<Matrix> => {
      const x = resolveInputs('nn: x', model, given);
      const [{ cols }, [columns]] = [x.inputs[0]!, readings[0]!.shape];
      if (model.inputs === undefined && cols !== columns)
        throw new InputError('data', `nn: x has ${cols} columns, the predictor takes ${columns}`);
      return predict.call(x);
    };
    return {
      predict: outputs,
      async classify(x) {
        const labels = bestLabels(await outputs(x));
        return classes ? Array.from(labels, (label) => classes[label]!) : labels;
      },
      release: predict.release,
    };
  });
}

/** What the model reads; its width, where it names no inputs, is given or its first layer's. */
function readingsFor(model: AnyModel, columns: number | undefined): readonly Reading[] {
  if (model.inputs === undefined) return readingsOf(model, columns ?? inputWidth(model));
  if (columns === undefined) return readingsOf(model, 0);
  throw new InputError('setting', "nn: compilePredictor's columns are of models that name no inputs; leave them out");
}

function inputWidth(model: AnyModel): number {
  const [columns, ...more] = inputShapeOf('compilePredictor', model, undefined, 'columns: 784');
  if (columns !== undefined && more.length === 0) return columns;
  throw new InputError(
    'setting',
    "nn: compilePredictor takes models of rows of numbers; begin this one's layers with unflatten",
  );
}

function outputWidth(model: AnyModel, readings: readonly Reading[], classes: readonly string[] | undefined): number {
  const shape = traceOutputs(model, readings, 1).outputs.y.shape;
  const [, width] = shape;
  if (shape.length !== 2 || width === undefined)
    throw new InputError(
      'model',
      `nn: compilePredictor takes a model whose output is [rows, width], this one's is ${showShape(shape)}`,
    );
  // A single output is one of two classes by its sign.
  const needed = Math.max(2, width);
  if (classes === undefined || classes.length === needed) return width;
  throw new InputError(
    'setting',
    `nn: compilePredictor's classes has ${classes.length} names, the model tells ${needed} classes apart; give one for each`,
  );
}

type Session = Executable<TensorSpecs, { y: unknown }>;

interface Compiled {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly readings: readonly Reading[];
}

/**
 * Rows up to which a session has the parameters in its graph, where they would be copied for each run: for so few, that takes as long as computing with
 * them. With more rows it hardly counts, and there is one copy less.
 */
const FEW_ROWS = 8;

/** The session for a number of rows, made when it is first asked for. */
function sessionsOf(scope: OpenScope, runtime: Runtime, { model, params, readings }: Compiled) {
  const compiled = (rows: number): Promise<Session> => {
    if (rows <= FEW_ROWS && !runtime.backend.readsInPlace)
      return compile(traceWithParams(model, readings, rows, params), runtime);
    return compile(traceOutputs(model, readings, rows), runtime, { inputs: { params: { data: params } } });
  };
  const made = new Map<number, Session>();
  return async (rows: number): Promise<Session> => {
    const there = made.get(rows);
    if (there) return there;
    const session = scope.own(await compiled(rows));
    made.set(rows, session);
    return session;
  };
}

interface Engine {
  /** Ascending. */
  readonly sizes: readonly number[];
  readonly session: (rows: number) => Promise<Session>;
  readonly width: number;
}

async function predictRows({ inputs: columns, rows }: Inputs, { sizes, session, width }: Engine): Promise<Matrix> {
  const out = new Float32Array(rows * width);
  for (let at = 0; at < rows; ) {
    const left = rows - at;
    const size = sizes.find((each) => each >= left) ?? sizes.at(-1)!;
    const taken = Math.min(size, left);
    const { inputs, outputs, runNow } = await session(size);
    for (const { key, data, cols } of columns) {
      const x = inputs[key]!.data;
      x.set(data.subarray(at * cols, (at + taken) * cols) as never);
      if (taken < size) x.fill(zeroOf(x) as never, taken * cols);
    }
    const pending = runNow();
    if (pending) await pending;
    out.set(outputs.y.float32.subarray(0, taken * width), at * width);
    at += taken;
  }
  checkFiniteValues('nn: the output', out, 'look for extreme inputs, or train again', (at) => {
    return `row ${Math.floor(at / width)}, column ${at % width} (counted from 0)`;
  });
  return { data: out, rows, cols: width };
}

const zeroOf = (array: TypedArray): number | bigint => (array instanceof BigInt64Array ? 0n : 0);

/** Calls one after another, since they share memory; and none after the release. */
function inTurn<A, R>(scope: OpenScope, work: (argument: A) => Promise<R>) {
  let last: Promise<unknown> = Promise.resolve();
  let released = false;
  return {
    call(argument: A): Promise<R> {
      if (released)
        return Promise.reject(new StateError('nn: a predictor was used after its release; compile it again'));
      const result = last.then(() => work(argument));
      last = result.catch(() => undefined);
      return result;
    },
    async release(): Promise<void> {
      if (released) return;
      released = true;
      await last;
      await scope.release();
    },
  };
}
