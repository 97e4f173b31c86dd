/** What curves can be drawn along; nothing is what each metric has for its own. */
export function alongOptions(declared: readonly string[]): readonly (readonly [value: string, label: string])[] {
  const own = [...new Set(declared)];
  const [only = 'line'] = own;
  const others = [...new Set([...own, 'line', 'seconds'])].filter((name) => own.length > 1 || name !== only);
  return [['', own.length > 1 ? 'each its own' : xLabel(only)], ...others.map((name) => [name, xLabel(name)] as const)];
}

/** What an x axis says. */
export const xLabel = (x: string): string =>
  x === 'seconds' ? 'time of the run, s' : x === 'line' ? 'line of the log' : x;
