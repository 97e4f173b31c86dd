/** Edits (insert, delete, replace) that turn `a` into `b`: Levenshtein's distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** `names` with the likeliest meaning of `wrong` first; equally near ones keep their order. */
export function nearestFirst(wrong: string, names: readonly string[]): string[] {
  const distance = (name: string) => {
    const [a, b] = [wrong.toLowerCase(), name.toLowerCase()];
    const contained = a !== '' && (b.includes(a) || a.includes(b));
    return editDistance(a, b) / Math.max(a.length, b.length, 1) - (contained ? 0.5 : 0);
  };
  return names
    .map((name) => ({ name, distance: distance(name) }))
    .sort((x, y) => x.distance - y.distance)
    .map(({ name }) => name);
}

/** `there is no preset "shrt"; choose short, smoke or full`, nearest first. */
export function unknownName(kind: string, wrong: string, names: readonly string[]): string {
  const sorted = nearestFirst(wrong, names);
  const last = sorted.at(-1);
  const choices = sorted.length > 1 ? `${sorted.slice(0, -1).join(', ')} or ${last}` : last;
  return `there is no ${kind} "${wrong}"; ${choices === undefined ? 'there are none' : `choose ${choices}`}`;
}
