import { transposed } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { randomGraph } from './random-graph.ts';

const sizes = { nodes: 40, edges: 100, features: 3, classes: 4, trained: 15 };

it('has each edge once in both directions, and no self loops', () => {
  const { adjacency } = randomGraph(sizes, 1).graph;
  expect(adjacency.columns).toHaveLength(2 * sizes.edges);
  expect(new Set(adjacency.values)).toEqual(new Set([1]));
  const other = transposed(adjacency).matrix;
  expect([other.starts, other.columns]).toEqual([adjacency.starts, adjacency.columns]);
  for (let row = 0; row < sizes.nodes; row++) {
    expect(adjacency.columns.slice(adjacency.starts[row], adjacency.starts[row + 1])).not.toContain(row);
  }
});

it('has labels in range, different nodes to train on, and is the same for the same seed', () => {
  const { graph, train } = randomGraph(sizes, 1);
  expect(new Set(graph.labels)).toEqual(new Set([0, 1, 2, 3]));
  expect(new Set(train).size).toBe(sizes.trained);
  expect(graph.features).toMatchObject({ rows: 40, cols: 3 });
  expect(randomGraph(sizes, 1)).toEqual({ graph, train });
  expect(randomGraph(sizes, 2)).not.toEqual({ graph, train });
});
