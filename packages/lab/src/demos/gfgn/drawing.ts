/** What was drawn by hand. */
export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  /** Numbers of nodes; those drawn by hand come after the graph's own. */
  readonly edges: readonly (readonly [number, number])[];
}

export interface DrawnNode {
  /** Whole, from 0 to 999. */
  readonly x: number;
  readonly y: number;
  readonly label: 0 | 1;
}

/** Beyond these what an address says is left out. */
const MOST = 200;

/** As it stands in an address: `n120.740.1_e3.160`. */
export const drawingText = ({ nodes, edges }: Drawing): string =>
  [...nodes.map(({ x, y, label }) => `n${x}.${y}.${label}`), ...edges.map(([a, b]) => `e${a}.${b}`)].join('_');

/** What can't be read is left out. @param own nodes that the graph has itself */
export function parseDrawing(text: string, own: number): Drawing {
  const nodes: DrawnNode[] = [];
  const edges: (readonly [number, number])[] = [];
  for (const part of text.split('_').slice(0, 2 * MOST)) {
    const node = /^n(\d{1,3})\.(\d{1,3})\.([01])$/.exec(part);
    const edge = /^e(\d{1,4})\.(\d{1,4})$/.exec(part);
    if (node && nodes.length < MOST)
      nodes.push({ x: Number(node[1]), y: Number(node[2]), label: Number(node[3]) as 0 | 1 });
    if (edge && edge[1] !== edge[2]) edges.push([Number(edge[1]), Number(edge[2])]);
  }
  return { nodes, edges: edges.filter((ends) => Math.max(...ends) < own + nodes.length) };
}

/** Without what was drawn last: an edge, or the last node with its edges. */
export function undone({ nodes, edges }: Drawing, own: number): Drawing {
  if (edges.length > 0 && !isYounger(nodes, edges, own)) return { nodes, edges: edges.slice(0, -1) };
  const last = own + nodes.length - 1;
  return { nodes: nodes.slice(0, -1), edges: edges.filter((ends) => !ends.includes(last)) };
}

/** Whether the last node has no edge yet, and so was drawn after all of them, as far as can be told. */
const isYounger = (nodes: Drawing['nodes'], edges: Drawing['edges'], own: number): boolean =>
  nodes.length > 0 && !edges.some((ends) => ends.includes(own + nodes.length - 1));
