/** How a function gives its result. */
export type FunctionKind = 'plain' | 'generator' | 'async';

const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** A function that returns a promise without being declared `async` counts as plain. */
export function kindOf(fn: (...args: never) => unknown): FunctionKind {
  if (fn instanceof GeneratorFunction) return 'generator';
  return fn instanceof AsyncFunction ? 'async' : 'plain';
}
