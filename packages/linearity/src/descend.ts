import { callback, checkSettings, finite, InputError, integer } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { blockIn, compile, f32, type Runtime, type Tensor, trace, valueAndGrad, withScope } from '@unbraid/graph';
import { type AnyModel, applyModel, defaultRuntime, meanSquaredError, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { checkInputs, checkParams, checkTargets } from './check.ts';
import { largestRate } from './kernel-facts.ts';
import { shared } from './options.ts';
import { tangentKernel } from './tangent-kernel.ts';
import { trainableOnly } from './trainable.ts';

/** A model that is to fit targets, from given weights. */
export interface DescentProblem {
  readonly model: AnyModel;
  /** First weights, flat; they are copied. */
  readonly params: Float32Array;
  readonly x: Matrix;
  /** Targets, rows × c. */
  readonly y: Matrix;
}

/** Where a descent is, before a step. */
export interface DescentState {
  /** Steps made. */
  readonly step: number;
  readonly loss: number;
  /** A view: read it until the next step. */
  readonly params: Float32Array;
}

export interface DescentOptions {
  /** Learning rate, at least 0; `onStep` may change it. */
  readonly rate: number;
  /** Mean squared error at which the descent ends. */
  readonly targetLoss: number;
  readonly maxSteps: number;
  /** Called before each step and at the end; a number that it returns is the rate from then on. */
  readonly onStep?: (state: DescentState) => Promise<number | undefined> | undefined;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

export interface Descent {
  readonly params: Float32Array;
  readonly loss: number;
  readonly steps: number;
  /** Whether the target loss was reached. */
  readonly reached: boolean;
}

const settings = object({
  rate: finite({ min: 0 }),
  targetLoss: finite({ min: 0 }),
  maxSteps: integer({ min: 0 }),
  onStep: callback<NonNullable<DescentOptions['onStep']>>().optional(),
  ...shared,
});

/** A loss that is this many times the first one only grows further. */
const DIVERGED = 1e4;

/**
 * Gradient descent on the mean squared error over all rows, until it is small enough. Parameters that the model does not train stay.
 * @throws {InputError} for settings, parameters, inputs or targets that don't fit
 * @throws {InputError} when the loss diverges, with the rate that the kernel's top eigenvalue allows
 */
export async function descend(problem: DescentProblem, options: DescentOptions): Promise<Descent> {
  const { x, y } = problem;
  const { targetLoss, maxSteps, onStep, signal, ...checked } = checkSettings('linearity: descend', settings, options);
  checkParams(problem.model, problem.params);
  checkInputs('x', x);
  checkTargets(y, x.rows);
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
    let { rate } = checked;
    const state = () => spread(params.data, whole);
    let start: number | undefined;
    for (let steps = 0; ; steps++) {
      signal?.throwIfAborted();
      await run();
      const loss = outputs.value.float32[0]!;
      start ??= loss;
      if (!(loss <= DIVERGED * Math.max(start, targetLoss)))
        throw await divergence(problem, { rate, steps, loss }, runtime);
      rate = (await onStep?.({ step: steps, loss, params: state() })) ?? rate;
      if (!(rate >= 0 && Number.isFinite(rate)))
        throw new InputError(
          'setting',
          `linearity: descend's onStep gave the rate ${rate} in step ${steps}; a finite number of at least 0 is needed`,
        );
      const reached = loss <= targetLoss;
      if (reached || steps === maxSteps) return { params: state().slice(), loss, steps, reached };
      runtime.kernels.sgd({ params: params.data, grads: outputs.grad.float32 }, { learningRate: rate });
    }
  });
}

async function divergence(
  { model, params, x }: DescentProblem,
  { rate, steps, loss }: { readonly rate: number; readonly steps: number; readonly loss: number },
  runtime: Runtime,
): Promise<Error> {
  const limit = largestRate(await tangentKernel({ model, params }, x, x, { runtime }));
  return new InputError(
    'diverged',
    `linearity: training diverged: the loss is ${loss} after ${steps} steps at learning rate ${rate.toPrecision(4)}; the top eigenvalue of ` +
      `the tangent kernel at the start allows rates below ${limit.toPrecision(4)}`,
  );
}
