import { declareKind, kindOf } from '../decisions/kind.ts';
import { EnvError } from '../env-error.ts';
import { argumentsAfter, type ExtensionPoint, isExposed, registerPoint, resultAfter } from './extension-point.ts';
import { exposeIterable } from './iterable.ts';

type AnyFunction = (...args: never) => unknown;
type Callable = (this: unknown, ...args: unknown[]) => unknown;
type MethodNames<T> = { [K in keyof T]: T[K] extends AnyFunction ? K : never }[keyof T] & string;

/**
 * Lets plugins extend a function, method or iterable without touching it; `attachHandler` adds to it.
 *
 * - `exposeToPlugins(fn)` returns the function that the model is to call; as a standard decorator, `@exposeToPlugins`, it exposes a method.
 * - `exposeToPlugins(Class.prototype, 'method')` exposes a method from outside.
 * - `exposeToPlugins(iterable)` returns an iterable whose elements go through handlers, one at a time; of an array, also those read by index.
 *
 * @throws EnvError for what is exposed already, or is neither
 */
export function exposeToPlugins<F extends AnyFunction>(fn: F, context?: ClassMethodDecoratorContext): F;
export function exposeToPlugins<T extends object, K extends MethodNames<T>>(owner: T, method: K): void;
export function exposeToPlugins<I extends Iterable<unknown>>(iterable: I): I;
export function exposeToPlugins(target: object, second?: string | ClassMethodDecoratorContext): unknown {
  if (typeof second === 'string') {
    const owner = target as Record<string, Callable>;
    owner[second] = exposeFunction(owner[second], `${owner.constructor?.name ?? 'object'}.${second}`, true);
    return undefined;
  }
  if (typeof target === 'function') return exposeFunction(target as Callable, target.name, second !== undefined);
  if (typeof target === 'object' && target !== null && Symbol.iterator in target) {
    if (isExposed(target)) throw new EnvError('setting', 'sim-env: exposeToPlugins: the iterable is exposed already');
    return exposeIterable(target as Iterable<unknown>);
  }
  throw new EnvError('setting', 'sim-env: exposeToPlugins takes a function, a method or an iterable');
}

function exposeFunction(fn: Callable | undefined, name: string, method: boolean): Callable {
  if (typeof fn !== 'function') throw new EnvError('setting', `sim-env: exposeToPlugins: ${name} is no function`);
  if (isExposed(fn)) throw new EnvError('setting', `sim-env: exposeToPlugins: ${name} is exposed already`);
  const kind = kindOf(fn);
  const parameters = parameterCount(fn);
  const point: ExtensionPoint = {
    name: name || 'anonymous function',
    method,
    kind,
    parameters: parameters === undefined ? undefined : parameters + (method ? 1 : 0),
    before: [],
    after: [],
    instead: undefined,
  };
  const exposed = wrappers[kind](fn, point);
  Object.defineProperty(exposed, 'name', { value: fn.name });
  declareKind(exposed, kind);
  registerPoint(exposed, point);
  return exposed;
}

/** Default values and rest parameters are not counted by `length`, so a function that has some is not checked. */
function parameterCount(fn: AnyFunction): number | undefined {
  const header = /^[^(]*\(([^)]*)\)/.exec(Function.prototype.toString.call(fn))?.[1] ?? '';
  return /=|\.\.\./.test(header) ? undefined : fn.length;
}

const argumentsOf = (point: ExtensionPoint, self: unknown, given: unknown[]) =>
  argumentsAfter(point, point.method ? [self, ...given] : given);

/** The function itself, or what is attached instead of it. */
function callOf(fn: Callable, point: ExtensionPoint, self: unknown, args: readonly unknown[]): unknown {
  if (point.instead !== undefined) return (point.instead as (...args: readonly unknown[]) => unknown)(...args);
  return fn.apply(self, point.method ? args.slice(1) : [...args]);
}

const wrappers = {
  plain: (fn: Callable, point: ExtensionPoint): Callable =>
    function (...given) {
      const args = argumentsOf(point, this, given);
      return resultAfter(point, callOf(fn, point, this, args), args);
    },

  generator: (fn: Callable, point: ExtensionPoint): Callable =>
    function* (...given) {
      const args = argumentsOf(point, this, given);
      const called = callOf(fn, point, this, args);
      const result: unknown = isGenerator(called) ? yield* called : called;
      return resultAfter(point, result, args);
    },

  async: (fn: Callable, point: ExtensionPoint): Callable =>
    async function (...given) {
      const args = argumentsOf(point, this, given);
      return resultAfter(point, await callOf(fn, point, this, args), args);
    },
};

const isGenerator = (value: unknown): value is Generator<unknown, unknown, unknown> =>
  typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
