import { compile, f32, grad, i32, reduceSum, type Tensor, type TensorSpec, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import type { CheckpointStore, SavedState } from '@unbraid/nn';
import { describe, expect, it, test } from 'vitest';
import { tasks } from '../../test/fixtures.ts';
import { twoGroups } from '../../test/graphs.ts';
import { fitLinks } from './fit-links.ts';
import { linkScores } from './link-metrics.ts';
import { linkLogits, linkScoreNames } from './link-score.ts';
import { drawNegatives, hasEdge } from './pairs.ts';
import { predictLinks } from './predict-links.ts';
import { splitLinks } from './split-links.ts';

const runtime = nodeRuntime({ threads: 1 });

test.each(tasks.links)(
  'scores of pairs are those of scikit-learn, and hits those of OGB, ties included',
  ({ positive, negative, auc, hits }) => {
    const found = linkScores(positive, negative, Object.keys(hits).map(Number));
    expect(found.rocAuc).toBeCloseTo(auc, 12);
    expect(found.hits).toEqual(hits);
    expect(() => linkScores([], negative, [1])).toThrow(
      'has 0 pairs with an edge and 30 without'.replace('30', String(negative.length)),
    );
    for (const k of [0, 1.5, Number.NaN])
      expect(() => linkScores(positive, negative, [10, k])).toThrow(
        `gfgn: linkScores' k is ${k}; a whole number of at least 1 is needed`,
      );
  },
);

describe('a split of edges', () => {
  const { adjacency } = twoGroups(60);
  const links = splitLinks(adjacency, { validation: 0.1, test: 0.2, seed: 3 });

  it('has each edge once, and pairs without one', () => {
    const parts = [links.train, links.validation.positive, links.test.positive];
    const keys = parts.flatMap(({ from, to }) =>
      Array.from(from, (i, k) => `${Math.min(i, to[k]!)} ${Math.max(i, to[k]!)}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(2 * keys.length).toBe(adjacency.columns.length);
    expect(links.adjacency.columns.length).toBe(2 * links.train.from.length);
    for (const { negative } of [links.validation, links.test])
      negative.from.forEach((from, k) => {
        expect(from).not.toBe(negative.to[k]);
        expect(hasEdge(adjacency, from, negative.to[k]!)).toBe(false);
      });
    expect(splitLinks(adjacency, { validation: 0.1, test: 0.2, seed: 3 })).toEqual(links);
  });

  it('draws pairs without an edge evenly', () => {
    const square = csrFromEntries(4, 4, { rows: [0, 1], columns: [1, 0] });
    const { from, to } = drawNegatives(square, 5000, createRandom(1));
    const counts = new Map<number, number>();
    from.forEach((i, k) => {
      const key = 4 * i + to[k]!;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    expect(counts.size).toBe(10);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  it('takes entries of weight 0 for no edges', () => {
    // 0 – 1 is an edge, 0 – 2 and 1 – 2 are stored with the weight 0.
    const entries = { rows: [0, 0, 1, 1, 2, 2], columns: [1, 2, 0, 2, 0, 1], values: [1, 0, 1, 0, 0, 0] };
    const stored = csrFromEntries(3, 3, entries);
    const { train } = splitLinks(stored, { validation: 0, test: 0 });
    expect([[...train.from], [...train.to]]).toEqual([[0], [1]]);
    expect(hasEdge(stored, 0, 1)).toBe(true);
    expect(hasEdge(stored, 0, 2)).toBe(false);
    const { from, to } = drawNegatives(stored, 40, createRandom(0));
    expect(new Set(Array.from(from, (i, k) => [i, to[k]!].toSorted().join()))).toEqual(new Set(['0,2', '1,2']));
  });

  it('refuses what leaves nothing, and graphs in which all have edges', () => {
    const full = csrFromEntries(3, 3, { rows: [0, 0, 1, 1, 2, 2], columns: [1, 2, 0, 2, 0, 1] });
    expect(() => splitLinks(full, { test: 0.9 })).toThrow(/leaves none of 3 edges|nearly all pairs/);
    expect(() => drawNegatives(full, 2, createRandom(0))).toThrow('nearly all pairs of the 3 nodes have an edge');
    expect(() => splitLinks(csrFromEntries(2, 2, { rows: [0], columns: [1] }))).toThrow(
      'not the same in both directions',
    );
  });
});

test.each(linkScoreNames)('logits and their gradients follow from their formula: %s', async (score) => {
  const [nodes, width] = [5, 3];
  const specs: Record<'z' | 'from' | 'to' | 'weight' | 'hidden' | 'before' | 'bias', TensorSpec> = {
    z: f32(nodes, width),
    from: i32(2),
    to: i32(2),
    weight: f32(width, score === 'mlp' ? 1 : width),
    hidden: f32(width, width),
    before: f32(width),
    bias: f32(1),
  };
  const program = trace(specs, (inputs) => {
    const { z, from, to } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const logits = (at: Tensor) => linkLogits(score, at, from!, to!, inputs);
    const total = (at: Tensor): Tensor => reduceSum(logits(at));
    return { y: logits(z!), grad: grad(total)(z!) };
  });
  const run = await compile(program, runtime);
  const random = createRandom(2);
  const set = (name: 'z' | 'weight' | 'hidden' | 'before' | 'bias') => random.normal(run.inputs[name].float32);
  const [z, weight, hidden, before, bias] = (['z', 'weight', 'hidden', 'before', 'bias'] as const).map((name) =>
    Float64Array.from(set(name)),
  );
  run.inputs.from.int32.set([0, 3]);
  run.inputs.to.int32.set([4, 1]);
  await run.run();
  const logit = (all: Float64Array, i: number, j: number): number => {
    const [a, b] = [all.subarray(width * i, width * (i + 1)), all.subarray(width * j, width * (j + 1))];
    const along = (matrix: Float64Array, x: Float64Array, d: number) =>
      x.reduce((total, v, k) => total + v * matrix[width * k + d]!, 0);
    if (score === 'dot') return a.reduce((total, v, d) => total + v * b[d]!, bias![0]!);
    if (score === 'bilinear') return b.reduce((total, v, d) => total + v * along(weight!, a, d), bias![0]!);
    const products = a.map((v, d) => v * b[d]!);
    return products.reduce(
      (total, _, d) => total + Math.max(0, along(hidden!, products, d) + before![d]!) * weight![d]!,
      bias![0]!,
    );
  };
  const pairs = [
    [0, 4],
    [3, 1],
  ] as const;
  pairs.forEach(([i, j], k) => {
    expect(run.outputs.y.float32[k]).toBeCloseTo(logit(z!, i, j), 4);
  });
  const total = (all: Float64Array) => pairs.reduce((all_, [i, j]) => all_ + logit(all, i, j), 0);
  z!.forEach((_, at) => {
    const [up, down] = [z!.slice(), z!.slice()];
    up[at]! += 1e-5;
    down[at]! -= 1e-5;
    expect(run.outputs.grad.float32[at]).toBeCloseTo((total(up) - total(down)) / 2e-5, 3);
  });
  await run.release();
});

describe('fitLinks', () => {
  const graph = twoGroups(120);
  const links = splitLinks(graph.adjacency, { seed: 1 });
  const settings = {
    model: 'gcn',
    features: graph.features,
    links,
    hidden: 16,
    dropout: 0,
    weightDecay: 0,
    epochs: 80,
    runtime,
    onWarning: () => {},
  } as const;

  it.each(linkScoreNames)('tells edges from pairs without: %s', async (score) => {
    // Edges stay within two groups, so that half of the pairs without one can be told, and no more: 0.75.
    const trained = await fitLinks({ ...settings, score });
    expect(trained.best.testScore).toBeGreaterThan(0.68);
    expect(trained.best.testHits[10]).toBeGreaterThan(0);
    const { positive, negative } = links.test;
    const given = { adjacency: links.adjacency, features: graph.features };
    const [some, others] = [
      await predictLinks(trained, given, positive, { runtime }),
      await predictLinks(trained, given, negative, { runtime }),
    ];
    expect(linkScores(some, others, [10]).rocAuc).toBeCloseTo(trained.best.testScore, 6);
  });

  it('gives the same numbers for the same seed, in batches of edges too', async () => {
    const short = { ...settings, epochs: 5, batchSize: 64 };
    const [one, again, other] = [await fitLinks(short), await fitLinks(short), await fitLinks({ ...short, seed: 1 })];
    expect(again.params).toEqual(one.params);
    expect(other.params).not.toEqual(one.params);
  });

  it("refuses what can't be", async () => {
    await expect(fitLinks({ ...settings, features: [[1]] })).rejects.toThrow(
      'the graph has 120 nodes, its features have 1 rows',
    );
    await expect(fitLinks({ ...settings, links: {} as never })).rejects.toThrow('takes links as splitLinks gives them');
    const held = { positive: links.test.positive, negative: { from: [], to: [] } };
    const wrong: readonly (readonly [object, string])[] = [
      [{ all: undefined }, 'links.all is missing'],
      [{ test: undefined }, 'links.test is missing'],
      [{ train: { from: [0], to: [120] } }, 'links.train.to has 120 at 0; the nodes are 0 to 119'],
      [{ train: { from: [], to: [] } }, 'links.train is empty'],
      [{ all: csrFromEntries(3, 3, { rows: [], columns: [] }) }, 'links.all is 3 × 3, links.adjacency has 120 nodes'],
      [{ adjacency: { ...links.adjacency, starts: [0] } }, "links.adjacency's starts are no Int32Array"],
      [{ test: held }, /links.test has \d+ pairs with an edge and 0 without/.source],
    ];
    for (const [part, message] of wrong)
      await expect(fitLinks({ ...settings, links: { ...links, ...part } as never })).rejects.toThrow(
        new RegExp(message),
      );
    await expect(
      fitLinks({ ...settings, links: { adjacency: links.adjacency, train: links.train } as never }),
    ).rejects.toThrow('links.all is missing');
    const trained = await fitLinks({ ...settings, epochs: 1 });
    const given = { adjacency: links.adjacency, features: graph.features };
    await expect(predictLinks(trained, given, { from: [0, 1], to: [1, 120] }, { runtime })).rejects.toThrow(
      'pairs.to has 120 at 1; the nodes are 0 to 119',
    );
  });

  it('trains linkx, which has parameters of each node', async () => {
    const trained = await fitLinks({ ...settings, model: 'linkx', epochs: 3 });
    const given = { adjacency: links.adjacency, features: graph.features };
    const { positive, negative } = links.test;
    const [some, others] = [
      await predictLinks(trained, given, positive, { runtime }),
      await predictLinks(trained, given, negative, { runtime }),
    ];
    expect(linkScores(some, others, [10]).rocAuc).toBeCloseTo(trained.best.testScore, 6);
  });

  it('goes on from a checkpoint of the same fit, and of no other', async () => {
    let state: SavedState | undefined;
    const checkpoint: CheckpointStore = {
      load: async () => state,
      async save(saved) {
        state ??= structuredClone(saved);
      },
    };
    const given = { ...settings, epochs: 2 };
    const whole = await fitLinks(given);
    await fitLinks({ ...given, checkpoint });
    expect((await fitLinks({ ...given, checkpoint })).params).toEqual(whole.params);
    const others = [
      ...[{ learningRate: 0.02 }, { weightDecay: 1e-3 }, { monitor: 'score' }, { batchSize: 64 }],
      { links: splitLinks(graph.adjacency, { seed: 2 }) },
      { links: { ...links, validation: links.test } },
    ] as const;
    for (const other of others)
      await expect(fitLinks({ ...given, ...other, checkpoint })).rejects.toThrow(
        'the checkpoint is of a fit with other settings or data',
      );
  });
});
