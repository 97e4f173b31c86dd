/** Whether a name is one of those that patterns mean: texts in which `*` stands for any letters, or a function of the name. */
export function matcherOf(
  patterns: string | readonly string[] | ((name: string) => boolean),
): (name: string) => boolean {
  if (typeof patterns === 'function') return patterns;
  const list = typeof patterns === 'string' ? [patterns] : patterns;
  return (name) => list.some((pattern) => matches(pattern, name));
}

/** Each piece between stars is looked for from where the last one ended, the last at the end: no step is taken twice. */
function matches(pattern: string, name: string): boolean {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]];
  if (rest.length === 0) return name === pattern;
  const last = rest.pop()!;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
