import {
  callback,
  checkSettings,
  DivergedError,
  emitWarning,
  finite,
  InputError,
  integer,
  type MatrixLike,
  type WarningListener,
} from '@unbraid/checks';
import { blockIn, compile, f32, type Runtime, type Tensor, trace, valueAndGrad, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type AnyModel, applyModel, meanSquaredError, type ParamSpec } from '@unbraid/nn';
import { object, union } from 'zod';
import { checkParams, inputsOf, targetsOf } from './check.ts';
import { largestRate } from './kernel-facts.ts';
import { shared, warnings } from './options.ts';
import { tangentKernel } from './tangent-kernel.ts';
import { trainableOnly } from './trainable.ts';

/** A model that is to fit targets, from given weights. */
export interface DescentProblem {
  readonly model: AnyModel;
  /** First weights, flat; they are copied. */
  readonly params: Float32Array;
  /** Inputs, rows × d. */
  readonly x: MatrixLike;
  /** Targets, rows × c, or a number for each row. */
  readonly y: MatrixLike | Float32Array | Float64Array;
}

/** Where a descent is, before a step. */
export interface DescentState {
  /** Steps made. */
  readonly step: number;
  readonly loss: number;
  /** A view: read it until the next step. */
  readonly params: Float32Array;
}

/** How a descent goes, and when it ends. */
export interface DescentOptions {
  /** A rate of at least 0, or a function of the steps made that gives one; it is asked before each step, after `onStep`. */
  readonly learningRate: number | ((step: number) => number);
  /** Mean squared error at which the descent ends. Default 0. */
  readonly targetLoss?: number;
  /** Steps after which it ends in any case. */
  readonly maxSteps: number;
  /** Told where the descent is before each step and at the end; awaited. */
  readonly onStep?: (state: DescentState) => unknown;
  /** Is told where `maxSteps` ended a descent before its target loss; by default a process warning. `reached` says it, too. */
  readonly onWarning?: WarningListener;
  /** Default `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime;
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Where a descent ended. */
export interface Descent {
  /** Last weights, flat. */
  readonly params: Float32Array;
  /** Mean squared error at them. */
  readonly loss: number;
  /** Steps made. */
  readonly steps: number;
  /** Whether the target loss was reached. */
  readonly reached: boolean;
}

const settings = object({
  learningRate: union([finite({ min: 0 }), callback<(step: number) => number>()], {
    error: 'a finite number of at least 0, or a function of the step,',
  }),
  targetLoss: finite({ min: 0 }).default(0),
  maxSteps: integer({ min: 0 }),
  onStep: callback<NonNullable<DescentOptions['onStep']>>().optional(),
  ...shared,
  ...warnings,
});

/** A loss that is this many times the first one only grows further. */
const DIVERGED = 1e4;

/**
 * Gradient descent on the mean squared error over all rows, until it is small enough. Parameters that the model does not train stay.
 * @throws {InputError} for settings, parameters, inputs or targets that don't fit
 * @throws {DivergedError} when the loss diverges, with the rate that the kernel's top eigenvalue allows
 */
export async function descend(problem: DescentProblem, options: DescentOptions): Promise<Descent> {
  const checked = checkSettings('linearity: descend', settings, options);
  const { learningRate, targetLoss, maxSteps, onStep, onWarning = emitWarning, signal } = checked;
  checkParams(problem.model, problem.params);
  const x = inputsOf('x', problem.x);
  const y = targetsOf(problem.y, x.rows);
  const runtime = checked.runtime ?? (await defaultRuntime());
  const { model, params: first, spread } = trainableOnly(problem.model, problem.params);
  const whole = first === problem.params ? undefined : problem.params.slice();
  return withScope(async (scope) => {
    const params = blockIn(scope, runtime.arena.alloc('float32', first.length));
    params.data.set(first);
    const specs = { params: model.params as ParamSpec, x: f32(x.rows, x.cols), y: f32(y.rows, y.cols) };
    const step = valueAndGrad((p: Tensor, rows: Tensor, targets: Tensor) =>
      meanSquaredError(applyModel(model, p, rows), targets),
    );
    const graph = trace(specs, (t) => step(t.params, t.x, t.y));
    const inputs = { params, x: { data: x.data }, y: { data: y.data } };
    const { outputs, run } = scope.own(await compile(graph, runtime, { inputs }));
    const state = () => spread(params.data, whole);
    let start: number | undefined;
    let rate = 0;
    for (let steps = 0; ; steps++) {
      signal?.throwIfAborted();
      await run();
      const loss = outputs.value.float32[0]!;
      start ??= loss;
      if (!(loss <= DIVERGED * Math.max(start, targetLoss)))
        throw await divergence({ ...problem, x }, { rate, steps, loss }, runtime);
      await onStep?.({ step: steps, loss, params: state() });
      rate = typeof learningRate === 'number' ? learningRate : learningRate(steps);
      if (!(rate >= 0 && Number.isFinite(rate)))
        throw new InputError(
          'setting',
          `linearity: descend's learningRate is ${rate} in step ${steps}; a finite number of at least 0 is needed`,
        );
      const reached = loss <= targetLoss;
      if (reached || steps === maxSteps) {
        if (!reached && targetLoss > 0) onWarning(shortOf(targetLoss, { loss, steps }));
        return { params: state().slice(), loss, steps, reached };
      }
      runtime.kernels.sgd({ params: params.data, grads: outputs.grad.float32 }, { learningRate: rate });
    }
  });
}

const shortOf = (targetLoss: number, { loss, steps }: { readonly loss: number; readonly steps: number }): string =>
  `linearity: descend ended after ${steps} steps (maxSteps) with a loss of ${loss.toPrecision(3)}, where ${targetLoss} was asked for; raise maxSteps or ` +
  'the learning rate (largestRate of the tangent kernel says how far)';

async function divergence(
  { model, params, x }: DescentProblem,
  { rate, steps, loss }: { readonly rate: number; readonly steps: number; readonly loss: number },
  runtime: Runtime,
): Promise<Error> {
  const limit = largestRate(await tangentKernel({ model, params }, x, x, { runtime }));
  return new DivergedError(
    `linearity: training diverged: the loss is ${loss} after ${steps} steps at learning rate ${rate.toPrecision(4)}; the top eigenvalue of ` +
      `the tangent kernel at the start allows rates below ${limit.toPrecision(4)}`,
  );
}
