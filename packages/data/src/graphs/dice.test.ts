import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { neighboursOf } from '../../test/graph-sets.ts';
import { blockModel } from './block-model.ts';
import { withDice } from './dice.ts';

const { adjacency, labels } = blockModel({ nodes: 300, homophily: [0.8], degree: 8, random: createRandom(4) });
const edges = (matrix: typeof adjacency) =>
  new Set(neighboursOf(matrix).flatMap((list, i) => list.map((j) => `${i} ${j}`)));

describe('withDice', () => {
  const before = edges(adjacency);
  const after = edges(withDice(adjacency, labels, 0.5, createRandom(7)));
  const ends = (edge: string) => edge.split(' ').map((node) => labels[Number(node)]!);
  const removed = [...before].filter((edge) => !after.has(edge));
  const added = [...after].filter((edge) => !before.has(edge));

  it('takes edges within classes and adds edges between them, about as many of either', () => {
    expect(removed.every((edge) => ends(edge)[0] === ends(edge)[1])).toBe(true);
    expect(added.every((edge) => ends(edge)[0] !== ends(edge)[1])).toBe(true);
    expect((removed.length + added.length) / 2).toBe(Math.round(before.size / 4));
    // A fair coin: within four standard deviations.
    const changes = before.size / 4;
    expect(Math.abs(removed.length / 2 - changes / 2)).toBeLessThan(2 * Math.sqrt(changes));
    for (const edge of after) expect(after.has(edge.split(' ').reverse().join(' '))).toBe(true);
  });

  it('makes the changes of a lower level first', () => {
    const lower = edges(withDice(adjacency, labels, 0.2, createRandom(7)));
    for (const edge of removed) expect(before.has(edge)).toBe(true);
    for (const edge of before) if (!lower.has(edge)) expect(after.has(edge)).toBe(false);
    for (const edge of lower) if (!before.has(edge)) expect(after.has(edge)).toBe(true);
    expect(edges(withDice(adjacency, labels, 0, createRandom(7)))).toEqual(before);
  });

  it('does what is left to do where one of the two ends, and leaves nodes without a label alone', () => {
    const pairs = csrFromEntries(5, 5, { rows: [0, 1, 2, 3, 3, 4], columns: [1, 0, 3, 2, 4, 3] });
    // 0 and 1, 2 and 3 are joined within their classes; four pairs between them are free; 4 has no label.
    const attacked = withDice(pairs, [0, 0, 1, 1, -1], 1, createRandom(1));
    expect(neighboursOf(attacked)[4]).toEqual([3]);
    const complete = csrFromEntries(2, 2, { rows: [0, 1], columns: [1, 0], values: [0.5, 0.5] });
    expect(neighboursOf(withDice(complete, [0, 0], 1, createRandom(1)))).toEqual([[], []]);
    expect([...withDice(complete, [0, 1], 1, createRandom(1)).values]).toEqual([0.5, 0.5]);
  });

  it('refuses levels out of range and labels of other nodes', () => {
    for (const level of [-0.1, 1.1, Number.NaN])
      expect(() => withDice(adjacency, labels, level, createRandom(1))).toThrow(/data: withDice's level is/);
    expect(() => withDice(adjacency, [0], 0.1, createRandom(1))).toThrow('data: withDice has 1 labels of 300 nodes');
  });
});
