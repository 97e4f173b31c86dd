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
  const matches = typeof pattern === 'function' ? pattern : matcherOf(pattern);
  const found = paths.filter((path) => matches(shownPath(path)));
  if (found.length > 0) return found;
  const shown = paths.map(shownPath);
  const nearest = typeof pattern === 'function' ? shown : nearestFirst(pattern.replaceAll('*', ''), shown);
  throw new InputError(
    'setting',
    `nn: ${what} ${typeof pattern === 'function' ? 'function' : `pattern ${showValue(pattern)}`} matches no parameter; ${typeof pattern === 'function' ? 'the first' : 'the nearest'} are ${nearest.slice(0, 3).join(', ')}`,
  );
}

function matcherOf(pattern: string): (path: string) => boolean {
  const parts = pattern.split('*').map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('[^]*')}(?:[./][^]*)?$`);
  return (path) => whole.test(path);
}
