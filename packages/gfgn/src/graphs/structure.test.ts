import { createRandom, csrFromEntries } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { randomGraph } from '../../test/graphs.ts';
import { structureOf } from '../structure.ts';

// 0 → 1 of weight 2, 2 → 1 of weight 3, 1 → 0 of weight 1, a self loop of weight 4 at 1.
const arrows = csrFromEntries(3, 3, { rows: [0, 1, 1, 2], columns: [1, 0, 1, 1], values: [2, 1, 4, 3] });

describe('the structure of a directed graph', () => {
  it('has for each node the nodes whose edges lead to it, and degrees of these edges', () => {
    const { open, order, closed, roots, normalized, mean } = structureOf(arrows, { directed: true, selfLoops: 'keep' });
    expect([...open.starts]).toEqual([0, 1, 3, 3]);
    expect([...open.columns]).toEqual([1, 0, 2]);
    expect([...open.values]).toEqual([1, 2, 3]);
    expect([...order!]).toEqual([1, 0, 3]);
    expect([...closed.values]).toEqual([1, 1, 2, 4, 3, 1]);
    const [d0, d1, d2] = [2, 9, 1];
    expect([...roots]).toEqual([d0, d1, d2].map((d) => Math.fround(Math.sqrt(d))));
    const expected = [1 / d0, 1 / Math.sqrt(d0 * d1), 2 / Math.sqrt(d0 * d1), 4 / d1, 3 / Math.sqrt(d1 * d2), 1 / d2];
    normalized.values.forEach((value, e) => {
      expect(value).toBeCloseTo(expected[e]!, 6);
    });
    expect([...mean.values]).toEqual([1, Math.fround(2 / 5), Math.fround(3 / 5)]);
  });

  it('is that of the undirected one where edges go both ways', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const both = randomGraph(6, 9, createRandom(seed));
        const [one, other] = [structureOf(both), structureOf(both, { directed: true })];
        expect(other.open).toEqual(one.open);
        expect(other.closed).toEqual(one.closed);
        expect(other.roots).toEqual(one.roots);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a negative weight, and says how a graph is called directed', () => {
    expect(() =>
      structureOf(csrFromEntries(2, 2, { rows: [0], columns: [1], values: [-1] }), { directed: true }),
    ).toThrow('the edge from 0 to 1 has the weight -1');
    expect(() => structureOf(arrows)).toThrow('make the graph undirected first, or say that it is directed');
  });
});

test('self loops keep their weight where asked, and are the I of A + I where not', () => {
  const loops = csrFromEntries(2, 2, { rows: [0, 0, 1], columns: [0, 1, 0], values: [2.5, 1, 1] });
  expect(() => structureOf(loops)).toThrow("give it the weight 1, or keep it (selfLoops: 'keep')");
  const { closed, open, order } = structureOf(loops, { selfLoops: 'keep' });
  expect([...closed.values]).toEqual([2.5, 1, 1, 1]);
  expect([...open.columns]).toEqual([1, 0]);
  expect([...order!]).toEqual([1, 2]);
  expect(structureOf(loops, { selfLoops: 'keep' }).closed).toBe(closed);
});
