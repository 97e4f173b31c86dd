import type { ResultOf } from '../decisions/make-step.ts';
import { EnvError } from '../env-error.ts';
import { describeValue } from '../spaces/describe-value.ts';
import type { ChangedArguments, ChangedResult } from './changed.ts';
import { type AnyHandler, type ExtensionPoint, pointOf, type Role, roles } from './extension-point.ts';

type AnyFunction = (...args: never) => unknown;
type MethodNames<T> = { [K in keyof T]: T[K] extends AnyFunction ? K : never }[keyof T] & string;

/** The handler that a role asks for, of a function with these arguments and this result. */
export type Handler<R extends Role, Args extends readonly unknown[], Returned> = {
  before: (...args: Args) => undefined | ChangedArguments<Args>;
  after: (result: ResultOf<Returned>, ...args: Args) => undefined | ChangedResult<ResultOf<Returned>>;
  instead: (...args: Args) => Returned | ResultOf<Returned>;
}[R];

/** Takes the handler off again. Calling it twice is fine. */
export type Detach = () => void;

/**
 * Adds code to what `exposeToPlugins` has exposed. `before` handlers can change the arguments and `after` handlers the result, in the
 * order in which they were attached; one handler can run `instead` of the function, between them. Of a method, handlers get the instance
 * first; of an iterable, they get the index of the element, which is the result.
 *
 * @throws EnvError for what is not exposed, a second `instead`, or a handler that asks for more arguments than there are
 */
export function attachHandler<T extends object, K extends MethodNames<T>, R extends Role>(
  owner: T,
  method: K,
  role: R,
  handler: T[K] extends (...args: infer P) => infer Returned ? Handler<R, readonly [T, ...P], Returned> : never,
): Detach;
export function attachHandler<F extends AnyFunction, R extends Role>(
  fn: F,
  role: R,
  handler: Handler<R, Parameters<F>, ReturnType<F>>,
): Detach;
export function attachHandler<E, R extends Role>(
  iterable: Iterable<E>,
  role: R,
  handler: Handler<R, readonly [index: number], E>,
): Detach;
export function attachHandler(target: object, ...rest: readonly unknown[]): Detach {
  const [method, role, handler] = rest.length === 3 ? rest : [undefined, ...rest];
  const exposed = method === undefined ? target : (target as Record<string, object>)[method as string]!;
  const point = pointOf(exposed);
  if (!roles.includes(role as Role)) {
    throw new EnvError(
      'setting',
      `sim-env: ${point.name}: a handler's role is before, after or instead, got ${describeValue(role)}`,
    );
  }
  checkSignature(point, role as Role, handler);
  return attach(point, role as Role, handler as AnyHandler);
}

function attach(point: ExtensionPoint, role: Role, handler: AnyHandler): Detach {
  if (role === 'instead') {
    if (point.instead !== undefined) {
      throw new EnvError(
        'setting',
        `sim-env: ${point.name} has a handler instead of it already; detach that one first`,
      );
    }
    point.instead = handler;
    return () => {
      if (point.instead === handler) point.instead = undefined;
    };
  }
  const handlers = point[role];
  // A wrapper of its own for each attachment, so that detaching takes off this one and no equal one.
  const attached: AnyHandler = (...args) => handler(...args);
  handlers.push(attached);
  return () => {
    const at = handlers.indexOf(attached);
    if (at >= 0) handlers.splice(at, 1);
  };
}

function checkSignature({ name, parameters, method }: ExtensionPoint, role: Role, handler: unknown): void {
  if (typeof handler !== 'function') {
    throw new EnvError('setting', `sim-env: ${name}: a handler is a function, got ${describeValue(handler)}`);
  }
  if (parameters === undefined) return;
  const given = role === 'after' ? parameters + 1 : parameters;
  if (handler.length <= given) return;
  const parts = [...(role === 'after' ? ['the result'] : []), ...(method ? ['the instance'] : [])].join(' and ');
  throw new EnvError(
    'setting',
    `sim-env: ${name}: the handler ${handler.name || ''} asks for ${handler.length} arguments, but ${role} gives ${given}${parts && `, with ${parts}`}`,
  );
}
