import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { blockModel } from './block-model.ts';
import { randomSplit } from './splits.ts';
import { rowNormalized, undirected } from './undirected.ts';

const homophily = [0.9, 0.5, 0.25, 0.1];
const model = () => blockModel({ nodes: 1200, homophily, degree: 12, random: createRandom(1) });

describe('blockModel', () => {
  it('draws edges with the homophily of each group', () => {
    const { drawn, report } = model();
    // 7200 edges: a standard deviation of at most 0.006.
    homophily.forEach((h, k) => {
      expect(Math.abs(drawn[k]! - h)).toBeLessThan(0.03);
    });
    expect(report).toEqual({ edges: 7200, selfLoops: 0, repeated: 0 });
  });

  it('has neighbours that are alike in homophilous dimensions and unlike in heterophilous ones', () => {
    const { adjacency, features, homophily: of } = model();
    const { data, cols } = features as { data: Float32Array; cols: number };
    const products = Array.from({ length: cols }, (_, d) => {
      let sum = 0;
      for (let i = 0; i < adjacency.rows; i++) {
        for (let e = adjacency.starts[i]!; e < adjacency.starts[i + 1]!; e++)
          sum += data[i * cols + d]! * data[adjacency.columns[e]! * cols + d]!;
      }
      return sum / adjacency.columns.length;
    });
    products.forEach((product, d) => {
      if (of[d]! > 0.4) expect(product).toBeGreaterThan(0.1);
      if (of[d]! < 0.2) expect(product).toBeLessThan(-0.03);
    });
  });

  it('has classes of like sizes, of which each group of dimensions tells about as much', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { features, labels } = blockModel({ nodes: 3000, homophily, degree: 1, random: createRandom(seed) });
      const { data, cols } = features as { data: Float32Array; cols: number };
      const sizes = [0, 1, 2, 3].map((label) => labels.filter((other) => other === label).length);
      for (const size of sizes) expect(size).toBeGreaterThan(150);
      // Squared means of a class, summed over classes and dimensions of a group.
      const told = homophily.map((_, k) => {
        let sum = 0;
        for (let d = 8 * k; d < 8 * (k + 1); d++) {
          for (let label = 0; label < 4; label++) {
            const total = labels.reduce((part, own, i) => (own === label ? part + data[i * cols + d]! : part), 0);
            sum += (total / sizes[label]!) ** 2;
          }
        }
        return sum;
      });
      expect(Math.max(...told) / Math.min(...told)).toBeLessThan(8);
    }
  });

  it('is the same for the same stream', () => {
    expect(model()).toEqual(model());
  });

  it.each([
    [{ homophily: [] }, 'homophily is empty'],
    [{ homophily: [0.5, 1] }, 'homophily is 1; a list of numbers above 0 and below 1'],
    [{ nodes: 1 }, 'nodes is 1; a whole number of at least 2'],
    [{ degree: 1200 }, 'degree is 1200'],
    [{ classes: 1 }, 'classes is 1'],
  ])('refuses %o', (fault, message) => {
    expect(() => blockModel({ nodes: 100, homophily, random: createRandom(1), ...fault })).toThrow(message);
  });
});

describe('undirected', () => {
  it('counts what it leaves out', () => {
    const { adjacency, report } = undirected(3, [0, 1, 1, 2], [1, 0, 1, 1]);
    expect(report).toEqual({ edges: 2, selfLoops: 1, repeated: 1 });
    expect([...adjacency.values]).toEqual([1, 1, 1, 1]);
  });

  it('names an edge out of range', () => {
    expect(() => undirected(2, [0], [2], 'mine')).toThrow('data: edge 0 of mine has the node 2; its nodes are 0 to 1');
  });

  it('works without edges', () => {
    expect(undirected(2, [], []).report).toEqual({ edges: 0, selfLoops: 0, repeated: 0 });
  });
});

describe('rowNormalized', () => {
  it('makes rows sum to 1 and leaves empty ones', () => {
    const features = {
      rows: 2,
      cols: 3,
      starts: Int32Array.of(0, 2, 2),
      columns: Int32Array.of(0, 2),
      values: Float32Array.of(1, 3),
    };
    expect([...rowNormalized(features).values]).toEqual([0.25, 0.75]);
  });
});

describe('randomSplit', () => {
  it('takes each labelled node once, in the fractions asked for', () => {
    const labels = Int32Array.from({ length: 103 }, (_, i) => (i < 3 ? -1 : i % 2));
    const { train, validation, test } = randomSplit(labels, createRandom(1));
    expect([train.length, validation.length, test.length]).toEqual([60, 20, 20]);
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 3),
    );
  });

  it('refuses fractions that leave nothing', () => {
    expect(() => randomSplit(new Int32Array(9), createRandom(1), { train: 0.8, validation: 0.2 })).toThrow(
      'leaves nothing to test',
    );
  });
});
