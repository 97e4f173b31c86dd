import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { blockModel } from './block-model.ts';

const homophily = [0.9, 0.5, 0.25, 0.1];
const model = () => blockModel({ nodes: 1200, homophily, degree: 12, random: createRandom(1) });

describe('blockModel', () => {
  it('draws edges with the homophily of each group', () => {
    const { adjacency, attributes, drawn, report } = model();
    // 7200 edges: a standard deviation of at most 0.006.
    homophily.forEach((h, k) => {
      expect(Math.abs(drawn[k]! - h)).toBeLessThan(0.03);
      const values = attributes[k]!;
      let same = 0;
      for (let i = 0; i < adjacency.rows; i++) {
        for (let e = adjacency.starts[i]!; e < adjacency.starts[i + 1]!; e++)
          same += Number(values[i] === values[adjacency.columns[e]!]);
      }
      expect(same / adjacency.columns.length).toBeCloseTo(drawn[k]!, 6);
    });
    expect(report).toEqual({ edges: 7200, selfLoops: 0, repeated: 0, oneWay: 7200 });
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

  it('has classes of like sizes, of which each dimension tells about as much', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { features, labels } = blockModel({ nodes: 3000, homophily, degree: 1, random: createRandom(seed) });
      const { data, cols } = features as { data: Float32Array; cols: number };
      const sizes = [0, 1, 2, 3].map((label) => labels.filter((other) => other === label).length);
      for (const size of sizes) expect(size).toBeGreaterThan(150);
      // Squared means of a class, summed over classes.
      const told = Array.from({ length: cols }, (_, d) =>
        sizes.reduce((sum, size, label) => {
          const total = labels.reduce((part, own, i) => (own === label ? part + data[i * cols + d]! : part), 0);
          return sum + (total / size) ** 2;
        }, 0),
      );
      // With votes that are normal and of one size, but no rotation, it is 4 to 73.
      expect(Math.max(...told) / Math.min(...told)).toBeLessThan(6);
    }
  });

  it('is the same for the same stream', () => {
    expect(model()).toEqual(model());
  });

  it('draws as many edges as asked for where most pairs are improbable', () => {
    const { report, drawn } = blockModel({
      nodes: 60,
      homophily: [1 - 1e-9, 1 - 1e-9],
      degree: 12,
      random: createRandom(2),
    });
    expect(report.edges).toBe(360);
    // About 111 of the 1770 pairs are alike in both attributes, and come first; each of the others has only one that is.
    expect(drawn.every((part) => part > 0.3 && part < 0.9)).toBe(true);
    expect(blockModel({ nodes: 6, homophily: [0.999999], degree: 5, random: createRandom(1) }).report.edges).toBe(15);
  });

  it.each([
    [{ homophily: [] }, 'homophily is an array of 0; a list of numbers is needed'],
    [{ homophily: [0.5, 1] }, 'homophily[1] is 1; a finite number above 0 and below 1'],
    [{ nodes: 1 }, 'nodes is 1; an integer of at least 2'],
    [{ degree: 1200 }, 'degree is 1200'],
    [{ degree: 0 }, 'degree is 0; a finite number above 0'],
    [{ degree: 0.001 }, '100 nodes of degree 0.001 have no edge'],
    [{ degree: Number.NaN }, 'degree is NaN'],
    [{ nodes: 1e7, degree: 100 }, 'have 500000000 edges; up to 16777215 are drawn'],
    [{ signal: Number.NaN }, 'signal is NaN'],
    [{ values: 65_536, classes: 65_536 }, 'are 4294967296 votes; up to 1048576 are drawn'],
    [{ classes: 1 }, 'classes is 1'],
    [{ class: 3 }, 'data: blockModel has no setting "class"; the nearest are classes'],
  ])('refuses %o', (fault, message) => {
    expect(() => blockModel({ nodes: 100, homophily, random: createRandom(1), ...fault })).toThrow(message);
  });

  it('takes as many classes as it says', () => {
    const options = { nodes: 20, homophily: [0.5], degree: 2, dimensions: 1, values: 2, classes: 65_536 };
    const { labels } = blockModel({ ...options, random: createRandom(1) });
    // The two values of the attribute vote for the classes the other way round.
    expect(new Set(labels).size).toBe(2);
  });
});
