import { EnvError } from '../env-error.ts';
import type { Space } from '../spaces/index.ts';
import { currentRun, type Run } from './current-run.ts';
import { addPerspective, type Decision, decisionOf, registerDecision } from './decision.ts';
import { declareKind, kindOf } from './kind.ts';
import type { Perspective } from './perspective.ts';
import { requestOf, resultOf } from './request.ts';
import type { Seat } from './seat.ts';

type AnyFunction = (...args: never) => unknown;

/** How a decision function may give a `Result`: at once, as a generator, or as a promise. */
export type Decides<Result> = Result | Generator<unknown, Result, unknown> | Promise<Result>;

/** The result of a decision function that returns `R`. */
export type ResultOf<R> = R extends Generator<unknown, infer T, never> ? T : R extends Promise<infer T> ? T : R;

type Method<This, P extends unknown[], R> = (this: This, ...args: P) => R;

/** Marks a plain function, or, as a standard decorator, a method. */
export interface StepMarker<Args extends readonly unknown[], Result> {
  <F extends (...args: Args) => Decides<Result>>(fn: F): F;
  <This, P extends unknown[], R extends Decides<Result>>(
    method: Method<This, P, R>,
    context: [This, ...P] extends Args ? ClassMethodDecoratorContext<This, Method<This, P, R>> : never,
  ): Method<This, P, R>;
}

type MethodNames<T> = { [K in keyof T]: T[K] extends AnyFunction ? K : never }[keyof T] & string;

/**
 * Marks a decision function: where an environment is attached to the running simulation, its agent decides; otherwise the
 * function's own code runs. Further calls add perspectives to the same function.
 *
 * - `makeStep(perspective)(fn)` returns the function that the model is to call.
 * - `@makeStep(perspective)` decorates a method.
 * - `makeStep(Class.prototype, 'method', perspective)` marks a method from outside; the model's source stays as it is.
 *
 * @throws EnvError for what is registered twice, or is no function
 */
export function makeStep<Args extends readonly unknown[], Result, O extends Space, A extends Space>(
  perspective: Perspective<Args, Result, O, A>,
): StepMarker<Args, Result>;
export function makeStep<T extends object, K extends MethodNames<T>, O extends Space, A extends Space>(
  owner: T,
  method: K,
  perspective: T[K] extends (...args: infer P) => infer R
    ? Perspective<readonly [NoInfer<T>, ...P], ResultOf<R>, O, A>
    : never,
): void;
export function makeStep(first: object, method?: string, perspective?: unknown): unknown {
  if (method === undefined) {
    return (fn: AnyFunction, context?: ClassMethodDecoratorContext) =>
      marked(fn, context === undefined ? fn.name : String(context.name), context !== undefined, first as Perspective);
  }
  const owner = first as Record<string, AnyFunction>;
  const name = `${owner.constructor?.name ?? 'object'}.${method}`;
  owner[method] = marked(owner[method], name, true, perspective as Perspective);
  return undefined;
}

function marked(fn: AnyFunction | undefined, name: string, method: boolean, perspective: Perspective): AnyFunction {
  if (typeof fn !== 'function') throw new EnvError('setting', `sim-env: makeStep: ${name} is no function`);
  const known = decisionOf(fn);
  if (known !== undefined) {
    addPerspective(known, perspective);
    return fn;
  }
  const decision: Decision = { name: name || 'anonymous function', method, kind: kindOf(fn), perspectives: [] };
  addPerspective(decision, perspective);
  const step = wrappers[decision.kind](fn as never, decision);
  Object.defineProperty(step, 'name', { value: fn.name });
  declareKind(step, decision.kind);
  registerDecision(step, decision);
  return step;
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

const argumentsOf = (decision: Decision, self: unknown, args: unknown[]) => (decision.method ? [self, ...args] : args);

/** Where the simulation only is looked at: true, once its environment has seen the decision that the function itself makes. */
function watched(run: Run, seat: Seat, args: readonly unknown[]): boolean {
  run.watch?.(requestOf(seat, args));
  return run.watch !== undefined;
}

const wrappers = {
  plain: (fn: Callable, decision: Decision): Callable =>
    function (...given) {
      const run = currentRun();
      const seat = run?.seats.get(decision);
      if (run === undefined || seat === undefined) return fn.apply(this, given);
      const args = argumentsOf(decision, this, given);
      if (watched(run, seat, args)) return fn.apply(this, given);
      if (run.answer === undefined) throw cannotSuspend(decision);
      return resultOf(seat, args, run.answer(requestOf(seat, args)));
    },

  generator: (fn: Callable, decision: Decision): Callable =>
    function (...given) {
      const run = currentRun();
      const seat = run?.seats.get(decision);
      if (run === undefined || seat === undefined) return fn.apply(this, given);
      const args = argumentsOf(decision, this, given);
      return watched(run, seat, args) ? fn.apply(this, given) : ask(run, seat, args);
    },

  async: (fn: Callable, decision: Decision): Callable =>
    async function (...given) {
      const run = currentRun();
      const seat = run?.seats.get(decision);
      if (run === undefined || seat === undefined) return fn.apply(this, given);
      const args = argumentsOf(decision, this, given);
      if (watched(run, seat, args)) return fn.apply(this, given);
      if (run.answer !== undefined) return resultOf(seat, args, run.answer(requestOf(seat, args)));
      if (run.promise === undefined) throw cannotSuspend(decision);
      return resultOf(seat, args, await run.promise(requestOf(seat, args)));
    },
};

function* ask(run: Run, seat: Seat, args: unknown[]): Generator<unknown, unknown, unknown> {
  const request = requestOf(seat, args);
  return resultOf(seat, args, run.answer === undefined ? yield request : run.answer(request));
}

function cannotSuspend({ name, kind }: Decision): Error {
  const advice =
    kind === 'async'
      ? 'generate it with generateAsyncEnv, or run it in a thread of its own with blocking()'
      : 'run it in a thread of its own with blocking() of @unbraid/sim-env/node, or write it as a generator';
  return new EnvError(
    'model',
    `sim-env: the ${kind} decision function ${name} cannot suspend its model here; ${advice}`,
  );
}
