import { InputError, nearestFirst, showValue } from '@unbraid/checks';

/**
 * Which parameters are meant, by their paths: a name, with `*` for any characters, dots and slashes included; a name stands for all below it, too, so that
 * `encoder` means `encoder.0.weight`. Or a function that says so of each path.
 */
export type ParameterPattern = string | ((path: string) => boolean);

/** One pattern or several, in a list. */
export const patternsOf = (given: ParameterPattern | readonly ParameterPattern[]): readonly ParameterPattern[] =>
  typeof given === 'string' || typeof given === 'function' ? [given] : given;

/** The path that a parameter is called by: `params` where it is the model's only one and so has none. */
export const shownPath = (path: string): string => path || 'params';

/**
 * The paths that a pattern matches.
 * @param what the pattern is, for the message: `fit's freeze`
 * @throws {InputError} where it matches none, with the nearest that there are
 */
export function matching(what: string, pattern: ParameterPattern, paths: readonly string[]): string[] {
  const matches = parameterMatcher(pattern);
  const found = paths.filter((path) => matches(shownPath(path)));
  if (found.length > 0) return found;
  const shown = paths.map(shownPath);
  const nearest = typeof pattern === 'function' ? shown : nearestFirst(pattern.replaceAll('*', ''), shown);
  throw new InputError(
    'setting',
    `nn: ${what} ${typeof pattern === 'function' ? 'function' : `pattern ${showValue(pattern)}`} matches no parameter; ${typeof pattern === 'function' ? 'the first' : 'the nearest'} are ${nearest.slice(0, 3).join(', ')}`,
  );
}

/**
 * Whether a path is one of those that a pattern, or any of a list, means.
 * @throws {InputError} `setting`, for what is neither text nor function
 */
export function parameterMatcher(given: ParameterPattern | readonly ParameterPattern[]): (path: string) => boolean {
  if (Array.isArray(given)) {
    const matchers = (given as readonly ParameterPattern[]).map((pattern) => parameterMatcher(pattern));
    return (path) => matchers.some((matches) => matches(path));
  }
  if (typeof given === 'function') return given;
  if (typeof given !== 'string')
    throw new InputError(
      'setting',
      `nn: a pattern of parameters is ${showValue(given)}; a text or a function is needed`,
    );
  return (path) => [given, `${given}.*`, `${given}/*`].some((each) => fits(each, path));
}

/** Each piece between stars is looked for from where the last one ended, the last at the end, so that no step is taken twice. */
function fits(pattern: string, path: string): boolean {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first) || !path.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= path.length - last.length;
}
