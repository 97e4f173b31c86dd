import type { FunctionKind } from '../decisions/kind.ts';
import { EnvError } from '../env-error.ts';
import { ChangedArguments, ChangedResult } from './changed.ts';

export const roles = ['before', 'after', 'instead'] as const;
/** When a handler is called. */
export type Role = (typeof roles)[number];

export type AnyHandler = (...args: never) => unknown;
type Callable = (...args: readonly unknown[]) => unknown;

/** What is attached to one exposed function or iterable. */
export interface ExtensionPoint {
  readonly name: string;
  /** The instance is the first argument of handlers. */
  readonly method: boolean;
  readonly kind: FunctionKind;
  /** Arguments that handlers get; undefined where the function's own text does not say how many it takes. */
  readonly parameters: number | undefined;
  readonly before: AnyHandler[];
  readonly after: AnyHandler[];
  instead: AnyHandler | undefined;
}

const points = new WeakMap<object, ExtensionPoint>();

export function registerPoint(target: object, point: ExtensionPoint): void {
  points.set(target, point);
}

/** @throws EnvError for what has not been exposed */
export function pointOf(target: object): ExtensionPoint {
  const point = points.get(target);
  if (point !== undefined) return point;
  const name = typeof target === 'function' && target.name ? target.name : 'the target';
  throw new EnvError('setting', `sim-env: ${name} takes no handlers; expose it with exposeToPlugins`);
}

export const isExposed = (target: object): boolean => points.has(target);

/** The arguments after all `before` handlers, in the order in which they were attached. */
export function argumentsAfter(point: ExtensionPoint, args: readonly unknown[]): readonly unknown[] {
  let current = args;
  for (const handler of point.before) {
    const said = (handler as Callable)(...current);
    if (said instanceof ChangedArguments) current = point.method ? [args[0], ...said.args.slice(1)] : said.args;
  }
  return current;
}

/** The result after all `after` handlers. */
export function resultAfter(point: ExtensionPoint, result: unknown, args: readonly unknown[]): unknown {
  let current = result;
  for (const handler of point.after) {
    const said = (handler as Callable)(current, ...args);
    if (said instanceof ChangedResult) current = said.result;
  }
  return current;
}
