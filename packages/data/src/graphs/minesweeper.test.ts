import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { neighboursOf } from '../../test/graph-sets.ts';
import { minesweeper, stratifiedSplits } from './minesweeper.ts';

describe('minesweeper', () => {
  const graph = minesweeper({ random: createRandom(3) });

  it('has as many nodes, edges, mines, unknown cells and degrees as the published graph', () => {
    const degrees = neighboursOf(graph.adjacency).map(({ length }) => length);
    const cells = (degree: number) => degrees.filter((each) => each === degree).length;
    expect([graph.labels.length, graph.report.edges, graph.features.cols]).toEqual([10_000, 39_402, 7]);
    expect([cells(3), cells(5), cells(8)]).toEqual([4, 392, 9604]);
    expect(graph.labels.reduce((sum, mine) => sum + mine, 0)).toBe(2000);
    expect(graph.features.data.filter((value, at) => at % 7 === 0 && value === 1)).toHaveLength(5000);
  });

  it('has features as often as the published graph, within four standard deviations of that', () => {
    // Cells of each feature in minesweeper.npz; neighbouring cells are not independent, which widens the binomial deviation by up to a half.
    const published = [5000, 858, 1726, 1442, 677, 232, 65];
    for (const [feature, count] of published.entries()) {
      const drawn = graph.features.data.filter((value, at) => at % 7 === feature && value === 1).length;
      expect(Math.abs(drawn - count)).toBeLessThanOrEqual(4 * 1.5 * Math.sqrt(2 * count * (1 - count / 10_000)));
    }
  });

  it('tells of each known cell how many of the cells around it hold a mine', () => {
    const small = minesweeper({ rows: 4, cols: 5, unknown: 0.25, mines: 0.4, random: createRandom(1) });
    const at = (row: number, col: number) =>
      row >= 0 && row < 4 && col >= 0 && col < 5 ? small.labels[row * 5 + col]! : 0;
    let known = 0;
    for (let cell = 0; cell < 20; cell++) {
      const feature = small.features.data.subarray(7 * cell, 7 * cell + 7).indexOf(1);
      if (feature === 0) continue;
      known++;
      const [row, col] = [Math.floor(cell / 5), cell % 5];
      const around = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => at(row + down, col + right)));
      const mines = around.reduce((sum, mine) => sum + mine, 0) - at(row, col);
      expect(feature).toBe(1 + Math.min(mines, 5));
    }
    expect(known).toBe(15);
  });

  it('is the same of the same seed and another of another', () => {
    const again = minesweeper({ random: createRandom(3) });
    const other = minesweeper({ random: createRandom(4) });
    expect(again.labels).toEqual(graph.labels);
    expect(again.features.data).toEqual(graph.features.data);
    expect(other.labels).not.toEqual(graph.labels);
  });

  it('refuses boards without mines, without free cells, and too large ones', () => {
    const random = createRandom(0);
    expect(() => minesweeper({ rows: 2, cols: 2, mines: 0.1, random })).toThrow('are 0 mines');
    expect(() => minesweeper({ rows: 2, cols: 2, mines: 0.9, random })).toThrow('are 4 mines');
    expect(() => minesweeper({ rows: 5000, cols: 5000, random })).toThrow('up to 16777216 are drawn');
  });
});

describe('stratifiedSplits', () => {
  it('are of half and two quarters with the share of each class, as the published ones', () => {
    const { labels } = minesweeper({ random: createRandom(5) });
    const splits = stratifiedSplits(labels, 2, createRandom(1));
    for (const { train, validation, test } of splits) {
      const mines = (nodes: Int32Array) => nodes.filter((node) => labels[node] === 1).length;
      expect([train, validation, test].map((nodes) => [nodes.length, mines(nodes)])).toEqual([
        [5000, 1000],
        [2500, 500],
        [2500, 500],
      ]);
      expect(new Set([...train, ...validation, ...test]).size).toBe(10_000);
    }
    expect(splits[0]!.train).not.toEqual(splits[1]!.train);
  });

  it('refuses too few nodes', () => {
    expect(() => stratifiedSplits(Int32Array.of(0, 1), 1, createRandom(1))).toThrow('too few for a split');
  });
});
