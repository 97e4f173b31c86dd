import { InputError } from '@unbraid/checks';
import { asymmetry, createCsr } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { undirected } from './undirected.ts';

const NODES = 5;
const pairs = fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1)), { maxLength: 30 });

describe('undirected', () => {
  it('has each edge once in both directions, and counts everything that it did to that end', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), (edges, bothEnds) => {
        const ends = (k: 0 | 1) => edges.map((edge) => edge[k]);
        const { adjacency, report } = undirected(NODES, ends(0), ends(1), 'x', { bothEnds });
        createCsr({ ...adjacency });
        expect(asymmetry(adjacency)).toBeUndefined();
        const key = (i: number, j: number) => `${i}-${j}`;
        const open = edges.filter(([i, j]) => i !== j);
        const times = (i: number, j: number) => open.filter(([a, b]) => a === i && b === j).length;
        const wanted = new Set(open.map(([i, j]) => key(Math.min(i, j), Math.max(i, j))));
        const found = new Set<string>();
        for (let i = 0; i < NODES; i++) {
          for (let e = adjacency.starts[i]!; e < adjacency.starts[i + 1]!; e++) {
            const j = adjacency.columns[e]!;
            if (i < j) found.add(key(i, j));
          }
        }
        expect(found).toEqual(wanted);
        const counts = [...wanted].map((edge) => edge.split('-').map(Number) as [number, number]);
        const each = counts.map(([i, j]) => ({ up: times(i, j), down: times(j, i) }));
        const total = (of: (edge: { up: number; down: number }) => number) =>
          each.reduce((sum, edge) => sum + of(edge), 0);
        expect(report).toEqual({
          edges: wanted.size,
          selfLoops: edges.length - open.length,
          repeated: total(({ up, down }) => (bothEnds ? Math.max(up, down) : up + down) - 1),
          oneWay: total(({ up, down }) => Number(up === 0 || down === 0)),
        });
      }),
    );
  });

  it.each<[ArrayLike<number>, ArrayLike<number>, ArrayLike<number> | undefined, string]>([
    [[0, 0.5], [1, 1], undefined, 'data: edge 1 of x has the node 0.5; its nodes are 0 to 4'],
    [[Number.NaN], [1], undefined, 'has the node NaN'],
    [[2 ** 32 + 1], [1], undefined, 'has the node 4294967297'],
    [[0], [], undefined, 'data: x has 1 sources for 0 of their edges'],
    [[0], [1], [], 'data: x has 1 sources for 0 of their edges'],
    [[0], [1], [-2], 'data: edge 0 of x, from 0 to 1, has the weight -2; a float32 above 0 is needed'],
    [[0], [1], [Number.POSITIVE_INFINITY], 'has the weight Infinity'],
    [[0, 1], [1, 0], [1, 2], 'data: x gives the edge between 0 and 1 the weights 1 and 2; give it one'],
  ])('refuses %o to %o of weight %o', (sources, targets, weights, message) => {
    const make = () => undirected(NODES, sources, targets, 'x', weights ? { weights } : {});
    expect(make).toThrow(message);
    expect(make).toThrow(InputError);
  });
});
