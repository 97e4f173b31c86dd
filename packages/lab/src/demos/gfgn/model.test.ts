import { correlation } from '@unbraid/experiment/statistics';
import { describe, expect, it } from 'vitest';
import { taskContext } from '../task-context.ts';
import { drawingText, parseDrawing, undone } from './drawing.ts';
import { edgesOf, graphOf } from './graphs.ts';
import { createBench, createDraughtsman, type NoisePoint, type Result } from './model.ts';
import { DIMENSIONS, drawnGraph, LEVELS, models } from './model-settings.ts';

const nothing = { nodes: [], edges: [] } as const;
const input = { preset: 'mixed', noise: 0, drawing: nothing, seed: 0 } as const;
const context = <P>() => taskContext<P>(new AbortController().signal);

describe('the bench', () => {
  it('learns scores that go with homophily, and is ahead of a GCN, which noise hurts more', async () => {
    const bench = createBench();
    let [correlated, ahead, lost] = [0, 0, 0];
    const seeds = [11, 12, 13, 14, 15];
    for (const seed of seeds) {
      const clean = await bench.train({ ...input, seed }, context<Result>());
      const noisy = await bench.train({ ...input, seed, noise: 2 }, context<Result>());
      correlated += correlation(clean.scores, clean.homophily) / seeds.length;
      const { gfgnGraph = 0, gcn = 0 } = clean.accuracy;
      ahead += (gfgnGraph - gcn) / seeds.length;
      lost += (gcn - noisy.accuracy.gcn! - (gfgnGraph - noisy.accuracy.gfgnGraph!)) / seeds.length;
      expect(noisy.accuracy.mlp).toBe(clean.accuracy.mlp);
    }
    expect(correlated).toBeGreaterThan(0.7);
    expect(ahead).toBeGreaterThan(4);
    expect(lost).toBeGreaterThan(0);
  });

  it('tells of each training as it ends', async () => {
    const counts = new Set<number>();
    const told = taskContext<Result>(
      new AbortController().signal,
      ({ trainings }) => void counts.add(trainings.length),
    );
    const { accuracy, trainings } = await createBench().train(input, told);
    expect(counts.has(0)).toBe(true);
    expect(counts.size).toBeGreaterThan(1);
    expect(trainings).toHaveLength(9);
    expect(Object.keys(accuracy)).toEqual([...models]);
  });

  it('measures all levels of noise to the numbers of each', async () => {
    const bench = createBench();
    const points = await bench.sweep(input, context<readonly NoisePoint[]>());
    expect(points.map(({ noise }) => noise)).toEqual([...LEVELS]);
    const { accuracy } = await createBench().train({ ...input, noise: LEVELS[2] }, context<Result>());
    expect(points[2]!.accuracy).toEqual(accuracy);
  });
});

describe('the graph', () => {
  const drawing = {
    nodes: [{ x: 100, y: 900, label: 1 }],
    edges: [
      [drawnGraph.nodes, 3],
      [0, 1],
    ],
  } as const;

  it('has the homophily that was asked for, which random edges bring nearer to chance', () => {
    const [clean, noisy] = [graphOf(input), graphOf({ ...input, noise: 2 })];
    for (const [d, wanted] of [0.9, 0.9, 0.65, 0.65, 0.4, 0.4].entries())
      expect(Math.abs(clean.homophily[d]! - wanted)).toBeLessThan(0.07);
    expect(noisy.homophily[0]).toBeLessThan(clean.homophily[0]! - 0.15);
    expect(edgesOf(noisy.adjacency)).toHaveLength(3 * edgesOf(clean.adjacency).length);
  });

  it('takes nodes and edges drawn by hand', () => {
    const [plain, drawn] = [graphOf(input), graphOf({ ...input, drawing })];
    expect(drawn.labels).toHaveLength(drawnGraph.nodes + 1);
    expect(drawn.labels.at(-1)).toBe(1);
    expect([...drawn.features.data.slice(0, drawnGraph.nodes * DIMENSIONS)]).toEqual([...plain.features.data]);
    const known = new Set(edgesOf(plain.adjacency).map(String));
    const added = edgesOf(drawn.adjacency).filter((edge) => !known.has(String(edge)));
    expect(added).toContainEqual([3, drawnGraph.nodes]);
    expect(graphOf({ ...input, drawing })).toEqual(drawn);
  });

  it('is drawn with its random edges apart, nodes where they were', async () => {
    const draw = createDraughtsman();
    const [clean, noisy] = [await draw(input), await draw({ ...input, noise: 0.5, drawing })];
    // What is kept between drawings is what another would find.
    expect(await createDraughtsman()({ ...input, noise: 0.5, drawing })).toEqual(noisy);
    expect((await draw({ ...input, seed: 1 })).places).not.toEqual(clean.places);
    expect(await draw(input)).toEqual(clean);
    expect(clean.noise).toHaveLength(0);
    expect([...noisy.places.slice(0, clean.places.length)]).toEqual([...clean.places]);
    expect([...noisy.places.slice(-2)]).toEqual([0.1, 0.9]);
    expect(noisy.added).toHaveLength(DIMENSIONS);
    expect(clean.places.every((place) => place >= 0 && place <= 1)).toBe(true);
    expect(noisy.noise.length / 2).toBe(Math.round(noisy.edges.length / 4));
  });

  it('stands in an address and comes back, without what can’t be', () => {
    expect(parseDrawing(drawingText(drawing), drawnGraph.nodes)).toEqual(drawing);
    expect(parseDrawing('n1.2.3_e4.4_e1.9999_x_n5.6.0', 10)).toEqual({ nodes: [{ x: 5, y: 6, label: 0 }], edges: [] });
    expect(undone(drawing, drawnGraph.nodes).edges).toHaveLength(1);
    expect(undone({ nodes: drawing.nodes, edges: [] }, drawnGraph.nodes)).toEqual(nothing);
    expect(undone(nothing, 5)).toEqual(nothing);
  });
});
