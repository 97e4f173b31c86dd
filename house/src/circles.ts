/**
 * Groups of two or more nodes that reach each other: the strongly connected components of a graph given by what each node leads to
 * (Tarjan 1972).
 */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found = new Map<string, { readonly index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (node: string) => {
    const own = { index: found.size, low: found.size, open: true };
    found.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = found.get(next);
      if (known === undefined) own.low = Math.min(own.low, visit(next).low);
      else if (known.open) own.low = Math.min(own.low, known.index);
    }
    if (own.low === own.index) {
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) found.get(member)!.open = false;
      if (group.length > 1) groups.push(group.sort());
    }
    return own;
  };
  for (const node of graph.keys()) if (!found.has(node)) visit(node);
  return groups;
}
