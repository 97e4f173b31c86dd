import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { withRandomEdges } from './random-edges.ts';

const ringOf = (nodes: number) => {
  const ring = Array.from({ length: nodes }, (_, i) => [i, (i + 1) % nodes] as const);
  return csrFromEntries(nodes, nodes, { rows: ring.flat(), columns: ring.flatMap(([i, j]) => [j, i]) });
};

/** Edges as `i-j`, each at both of its ends. */
const edgesOf = ({ rows, starts, columns }: ReturnType<typeof ringOf>): Set<string> =>
  new Set(
    Array.from({ length: rows }, (_, i) =>
      [...columns.subarray(starts[i]!, starts[i + 1]!)].map((j) => `${i}-${j}`),
    ).flat(),
  );

describe('withRandomEdges', () => {
  it('adds as many edges as asked for, in both directions and between different nodes', () => {
    const noisy = withRandomEdges(ringOf(40), 1.5, createRandom(1));
    const edges = edgesOf(noisy);
    expect(noisy.columns.length).toBe(2 * (40 + 60));
    expect(edges.size).toBe(2 * (40 + 60));
    for (const edge of edges) {
      const [i, j] = edge.split('-');
      expect(i).not.toBe(j);
      expect(edges.has(`${j}-${i}`)).toBe(true);
    }
    expect([...noisy.values].every((value) => value === 1)).toBe(true);
  });

  it('keeps the edges that there are and their weights, and those of a lower level', () => {
    const weighted = csrFromEntries(20, 20, { rows: [0, 1], columns: [1, 0], values: [0.5, 0.5] });
    expect([...withRandomEdges(weighted, 3, createRandom(2)).values].filter((value) => value === 0.5)).toHaveLength(2);
    const levels = [0, 0.5, 2].map((level) => edgesOf(withRandomEdges(ringOf(30), level, createRandom(3))));
    for (const edge of levels[0]!) expect(levels[1]!.has(edge)).toBe(true);
    for (const edge of levels[1]!) expect(levels[2]!.has(edge)).toBe(true);
  });

  it('stops at the complete graph', () => {
    const pair = csrFromEntries(3, 3, { rows: [0, 1], columns: [1, 0] });
    expect(withRandomEdges(pair, 100, createRandom(1)).columns.length).toBe(6);
  });

  it('refuses a level that is none', () => {
    for (const level of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => withRandomEdges(ringOf(4), level, createRandom(1))).toThrow(/data: withRandomEdges's level is/);
  });
});
