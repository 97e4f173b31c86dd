/** How a function gives its result. */
export type FunctionKind = 'plain' | 'generator' | 'async';

type AnyFunction = (...args: never) => unknown;

const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** Wrappers give their results as what they wrap does, whatever they are themselves. */
const declared = new WeakMap<AnyFunction, FunctionKind>();

export function declareKind(fn: AnyFunction, kind: FunctionKind): void {
  declared.set(fn, kind);
}

/** A function that returns a promise without being declared `async` counts as plain. */
export function kindOf(fn: AnyFunction): FunctionKind {
  const known = declared.get(fn);
  if (known !== undefined) return known;
  if (fn instanceof GeneratorFunction) return 'generator';
  return fn instanceof AsyncFunction ? 'async' : 'plain';
}
