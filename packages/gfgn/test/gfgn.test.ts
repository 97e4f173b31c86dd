import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@unbraid/data';
import { compile, f32, type TensorSpec, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { inference } from '@unbraid/nn';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type Csr,
  type FitOptions,
  fit,
  gfgnGraph,
  gfgnNeighbor,
  gfgnPair,
  loadModel,
  modelNames,
  type NodeGraph,
  predict,
  saveModel,
  score,
  smoothingScores,
  sparseMatmul,
  structureOf,
} from '../src/index.ts';
import { anyGraph, twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });

describe('a layer whose scores are all 1', () => {
  // Gates of zeros give half of the limit.
  it.each([
    ['gfgnGraph', gfgnGraph(3, undefined, { limit: 2 })],
    ['gfgnNeighbor', gfgnNeighbor(3, undefined, { limit: 2 })],
    ['gfgnPair', gfgnPair(3, undefined, { limit: 2 })],
  ])('is the filter of a GCN: %s', async (_, layer) => {
    await fc.assert(
      fc.asyncProperty(anyGraph, fc.nat(), async (adjacency, seed) => {
        const structure = structureOf(adjacency);
        const specs = { x: f32(adjacency.rows, 3), params: layer.params as unknown as TensorSpec };
        const graph = trace(specs, ({ x, params }) => ({
          y: layer.apply(params as never, x, { structure, mode: inference }),
          filtered: sparseMatmul(structure.normalized, x),
        }));
        const run = await compile(graph, runtime);
        createRandom(seed).normal(run.inputs.x.float32);
        await run.run();
        const expected = run.outputs.filtered.float32;
        run.outputs.y.float32.forEach((y, i) => {
          expect(Math.abs(y - expected[i]!)).toBeLessThan(2e-6);
        });
        await run.release();
      }),
      { numRuns: 20 },
    );
  });
});

test('a structure has the normalized adjacency, nodes without edges and self loops among them', () => {
  // 0 – 1 – 2, a self loop at 1, and node 3 alone.
  const adjacency = csrFromEntries(4, 4, { rows: [0, 1, 1, 1, 2], columns: [1, 0, 1, 2, 1] });
  const { closed, normalized, roots, mean } = structureOf(adjacency);
  const root = Math.sqrt(6);
  const expected = [1 / 2, 1 / root, 1 / root, 1 / 3, 1 / root, 1 / root, 1 / 2, 1];
  normalized.values.forEach((value, e) => {
    expect(value).toBeCloseTo(expected[e]!);
  });
  expect([...roots]).toEqual([2, 3, 2, 1].map((degree) => Math.fround(Math.sqrt(degree))));
  expect([...closed.values]).toEqual([1]);
  const weighted = csrFromEntries(2, 2, { rows: [0, 1], columns: [1, 0], values: [3, 3] });
  expect([...structureOf(weighted).closed.values]).toEqual([1, 3, 3, 1]);
  expect([...structureOf(weighted).normalized.values]).toEqual([0.25, 0.75, 0.75, 0.25]);
  expect([...mean.starts]).toEqual([0, 1, 3, 4, 4]);
  expect([...mean.values]).toEqual([1, 0.5, 0.5, 1]);
});

test('a graph that is not undirected is refused', () => {
  expect(() => structureOf(csrFromEntries(3, 3, { rows: [0], columns: [1] }))).toThrow(
    'the edge from 0 to 1 is not the same in both directions',
  );
  expect(() => structureOf(csrFromEntries(2, 3, { rows: [0], columns: [1] }))).toThrow('this one is 2 × 3');
  const pair = csrFromEntries(2, 2, { rows: [0, 1], columns: [1, 0] });
  for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const wrong = { ...pair, values: Float32Array.of(weight, weight) };
    expect(() => structureOf(wrong)).toThrow(`the edge from 0 to 1 has the weight ${weight}`);
  }
});

test('a self loop has the weight 1 of the I of A + I, or is refused', () => {
  const loop = (weight: number) =>
    csrFromEntries(3, 3, {
      rows: [0, 1, 1, 2],
      columns: [1, 0, 2, 1].with(2, 1).with(3, 2),
      values: [1, 1, weight, 1],
    });
  expect([...structureOf(loop(1)).normalized.values]).toEqual([0.5, 0.5, 0.5, 0.5, 1]);
  expect(() => structureOf(loop(2.5))).toThrow(
    'gfgn: node 1 has a self loop of weight 2.5; every node gets one of weight 1',
  );
});

const graph = twoGroups();
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: range(0, 20), validation: range(20, 35), test: range(35, 60) };
const options: FitOptions = { model: 'gcn', graph, split, hidden: 8, epochs: 60, runtime };

/** The same features as a sparse matrix. */
const sparse = (dense: NodeGraph): NodeGraph => {
  const { data, rows, cols } = dense.features as { data: Float32Array; rows: number; cols: number };
  const at = Array.from(data.keys());
  return {
    ...dense,
    features: csrFromEntries(rows, cols, {
      rows: at.map((i) => Math.floor(i / cols)),
      columns: at.map((i) => i % cols),
      values: data,
    }),
  };
};

const sparseFeatures = sparse(graph).features as Csr;

/** Labels of another type, one of them changed. */
const otherLabels = (node: number, label: number) =>
  Float64Array.from(graph.labels).fill(label, node, node + 1) as never;

describe('fit', () => {
  it.each(modelNames)('learns two groups that edges stay within: %s', async (model) => {
    const { best, history } = await fit({ ...options, model });
    expect(best.trainAccuracy).toBeGreaterThan(0.8);
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss);
    expect(best.validationLoss).toBe(Math.min(...history.map((epoch) => epoch.validationLoss)));
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [a, b, c] = [await fit(options), await fit(options), await fit({ ...options, seed: 1 })];
    expect(a.params).toEqual(b.params);
    expect(a.params).not.toEqual(c.params);
  });

  it('gives for sparse features what it gives for dense ones', async () => {
    const settings = { ...options, model: 'gfgnPair' as const, dropout: 0, epochs: 20 };
    const [a, b] = [await fit(settings), await fit({ ...settings, graph: sparse(graph) })];
    a.history.forEach((epoch, i) => {
      expect(epoch.trainLoss).toBeCloseTo(b.history[i]!.trainLoss, 4);
    });
  });

  it.each(['gfgnPair', 'gat'] as const)('gives the same numbers where kernels may use threads: %s', async (model) => {
    const settings = { ...options, model, epochs: 4, hidden: 40, graph: sparse(graph) };
    const [one, two] = [await fit(settings), await fit({ ...settings, runtime: nodeRuntime({ kernelThreads: 2 }) })];
    expect(two.history).toEqual(one.history);
    expect(two.params).toEqual(one.params);
  });

  it('trains with dropout of sparse features', async () => {
    const { best } = await fit({ ...options, model: 'gfgnGraph', dropout: 0.5, graph: sparse(graph) });
    expect(best.trainAccuracy).toBeGreaterThan(0.8);
  });

  it('makes all epochs without validation nodes, and keeps the last', async () => {
    const alone = { ...options, split: { ...split, validation: new Int32Array() }, epochs: 12, patience: 2 };
    const { best, history } = await fit(alone);
    expect(history).toHaveLength(12);
    expect(best).toMatchObject({ epoch: 12, validationLoss: Number.NaN });
  });

  it('goes on from parameters that it is given', async () => {
    const { params } = await fit(options);
    const { history } = await fit({ ...options, params, epochs: 1 });
    expect(history[0]!.validationLoss).toBeLessThan((await fit({ ...options, epochs: 1 })).history[0]!.validationLoss);
    await expect(fit({ ...options, params: params.slice(1) })).rejects.toThrow('entries, the model has');
  });

  it('stops when validation has not been better for long enough', async () => {
    const { best, history } = await fit({ ...options, epochs: 500, patience: 5, learningRate: 0.1 });
    expect(history.length).toBe(best.epoch + 4);
  });

  it('works on a graph without edges, and on one node', async () => {
    const none = csrFromEntries(60, 60, { rows: [], columns: [] });
    const one = {
      adjacency: csrFromEntries(1, 1, { rows: [0], columns: [0] }),
      features: { data: Float32Array.of(1, 2), rows: 1, cols: 2 },
      ...{ labels: Int32Array.of(1), classes: 2 },
    };
    const alone = { train: Int32Array.of(0), validation: new Int32Array(), test: new Int32Array() };
    for (const model of modelNames) {
      await fit({ ...options, model, epochs: 3, graph: { ...graph, adjacency: none } });
      const { best } = await fit({ ...options, model, epochs: 3, graph: one, split: alone });
      expect(Number.isFinite(best.trainLoss)).toBe(true);
    }
  });

  it.each([1, 2])('gives no parameters of a step that diverged, the last one in %i epochs', async (epochs) => {
    const alone = { ...split, validation: new Int32Array() };
    for (const parts of [split, alone]) {
      const attempt = fit({ ...options, split: parts, epochs, learningRate: 3e38 });
      await expect(attempt).rejects.toThrow(/^gfgn: .* lower the learning rate$/);
    }
  });

  it('leaves nothing in the arena', async () => {
    const used = runtime.arena.stats().usedBytes;
    await fit({ ...options, model: 'gat', epochs: 2 });
    expect(runtime.arena.stats().usedBytes).toBe(used);
  });

  it.each<[Partial<FitOptions>, string]>([
    [{ graph: { ...graph, labels: graph.labels.slice(1) } }, 'gfgn: there are 60 nodes and 59 labels'],
    [
      { graph: { ...graph, labels: graph.labels.map(() => 2) } },
      'gfgn: node 0 has the label 2; labels are whole numbers from 0 to 1',
    ],
    [
      { graph: { ...graph, labels: graph.labels.map(() => -1) } },
      'split.train has the node 0, whose label is not known',
    ],
    [{ graph: { ...graph, features: { data: new Float32Array(6), rows: 1, cols: 6 } } }, 'its features have 1 rows'],
    [
      { graph: { ...graph, features: { data: new Float32Array(360).fill(Number.NaN), rows: 60, cols: 6 } } },
      'gfgn: features has 360 NaN values, the first at feature 0 of node 0',
    ],
    [{ split: { ...split, test: range(10, 40) } }, 'gfgn: the node 10 is in split.train and in split.test'],
    [{ split: { ...split, test: Int32Array.of(60) } }, 'split.test has the node 60; there are 60'],
    [{ split: { ...split, train: new Int32Array() } }, 'split.train has no nodes'],
    [{ split: { ...split, test: [60] } }, 'split.test has the node 60; there are 60'],
    [
      { split: { ...split, test: 41 as never } },
      'gfgn: split.test is 41; give the numbers of nodes, from 0, as an array',
    ],
    [{ split: { train: split.train, test: split.test } as never }, 'fit: split.validation is missing'],
    [{ graph: { ...graph, labels: otherLabels(7, 0.5) } }, 'gfgn: node 7 has the label 0.5; labels are whole numbers'],
    [{ graph: { ...graph, labels: otherLabels(7, Number.NaN) } }, 'gfgn: node 7 has the label NaN'],
    [{ graph: { ...graph, labels: otherLabels(7, -2) } }, 'gfgn: node 7 has the label -2'],
    [{ graph: { ...graph, classes: 1.5 } }, 'gfgn: classes is 1.5'],
    ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 0].map((learningRate): [Partial<FitOptions>, string] => [
      { learningRate },
      `gfgn: fit's learningRate is ${learningRate}; a finite number above 0 is needed`,
    ]),
    [
      { graph: { ...graph, adjacency: { ...graph.adjacency, starts: graph.adjacency.starts.with(1, 1e6) } } },
      "gfgn: the graph's row 1",
    ],
    [
      { graph: { ...sparse(graph), features: { ...sparseFeatures, columns: sparseFeatures.columns.with(2, 99) } } },
      'gfgn: the sparse matrix of features',
    ],
    [{ weightDecay: Number.NaN }, "fit's weightDecay is NaN"],
    [{ limit: Number.NaN }, "fit's limit is NaN"],
    [{ epochs: 0 }, "fit's epochs is 0"],
    [{ patience: Number.NaN }, "fit's patience is NaN"],
    [{ monitor: 'f1' as never }, 'fit\'s monitor is "f1"; "loss", "score" or "accuracy" is needed'],
    [{ lerningRate: 1 } as never, 'gfgn: fit has no setting "lerningRate"; the nearest are learningRate'],
    [
      { params: new Float32Array(74).fill(Number.NaN) },
      'gfgn: params has 74 NaN values, the first at entry 0 of first.',
    ],
    [{ model: 'gnn' as never }, 'gfgn: fit\'s model is "gnn"; "mlp", "gcn"'],
    [{ model: 'h2gcn', residual: true }, 'gfgn: residual is for mlp, gcn'],
    [{ model: 'sgc', residual: true }, 'gfgn: residual is not for sgc'],
    [{ model: 'gfgnPair', gateInputs: true, depth: 3 }, 'gateInputs has one hidden layer behind the gates'],
    [{ depth: 0 }, "fit's depth is 0"],
    [{ dropout: 1 }, 'dropout is 1'],
    [{ model: 'gfgnPair', limit: 0 }, "gfgn: fit's limit is 0; a finite number above 0 is needed"],
    [{ hidden: 0 }, "gfgn: fit's hidden is 0"],
  ])('refuses fault %# in one line', async (fault, message) => {
    await expect(fit({ ...options, ...fault })).rejects.toThrow(message);
  });
});

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gfgn-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a trained model', () => {
  it('predicts and scores what training measured, and does so after it was saved and loaded', async () => {
    await withFolder(async (folder) => {
      for (const model of modelNames) {
        const trained = await fit({ ...options, model, epochs: 10 });
        const path = join(folder, `${model}.safetensors`);
        await saveModel(trained, path);
        const loaded = await loadModel(path);
        expect(await score(loaded, graph, split.test, { runtime })).toBe(trained.best.testAccuracy);
        expect(await predict(loaded, graph, { runtime })).toEqual(await predict(trained, graph, { runtime }));
      }
    });
  });

  it('with parameters that are not finite is neither saved, loaded nor used', async () => {
    const trained = await fit({ ...options, epochs: 1 });
    const broken = { ...trained, params: trained.params.with(50, Number.NaN) };
    const message = 'gfgn: params has 1 NaN value, the first at entry 2 of first.bias';
    await expect(saveModel(broken, 'nowhere.safetensors')).rejects.toThrow(message);
    await expect(predict(broken, graph, { runtime })).rejects.toThrow(message);
    await expect(smoothingScores(broken, graph, { runtime })).rejects.toThrow(message);
    await withFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      await saveModel(trained, path);
      const bytes = await readFile(path);
      bytes.writeUInt32LE(0x7fc00000, bytes.length - 4);
      await writeFile(path, bytes);
      await expect(loadModel(path)).rejects.toThrow(/^gfgn: .*model.safetensors: second.weight has 1 NaN value/);
    });
  });

  it('is refused in one line that names the file, when it is another kind of file', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      const tensors = { a: { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) } };
      const settings = { model: 'gcn', inputs: 6, classes: 2, hidden: 8, dropout: 0.5, limit: 2, gateInputs: false };
      const load = async (metadata: Record<string, string>) => {
        await writeSafetensors(path, tensors, metadata);
        return loadModel(path);
      };
      const format = 'unbraid-gfgn-1';
      await expect(load({})).rejects.toThrow(`gfgn: ${path}: not a saved model (format missing`);
      await expect(load({ format })).rejects.toThrow('the entry settings is missing');
      await expect(load({ format, settings: '{' })).rejects.toThrow("the settings of the model don't fit");
      await expect(load({ format, settings: 'null' })).rejects.toThrow('takes an object of settings');
      for (const wrong of [{ hidden: -1 }, { hidden: 1e18 }, { model: 'x' }, { dropout: 2 }, { inputs: 0.5 }])
        await expect(load({ format, settings: JSON.stringify({ ...settings, ...wrong }) })).rejects.toThrow(
          /safetensors/,
        );
    });
  });

  it('has no score on no nodes, or on such as have no label', async () => {
    const trained = await fit({ ...options, epochs: 1 });
    const unlabelled = { ...graph, labels: graph.labels.with(3, -1) };
    await expect(score(trained, graph, new Int32Array(), { runtime })).rejects.toThrow('gfgn: nodes is empty');
    await expect(score(trained, unlabelled, Int32Array.of(3), { runtime })).rejects.toThrow(
      'nodes has the node 3, whose label',
    );
  });

  it('whose outputs overflow gives an error, not NaN', async () => {
    const trained = await fit({ ...options, epochs: 1 });
    const data = new Float32Array(360).fill(3e38);
    const large = { ...graph, features: { data, rows: 60, cols: 6 } };
    await expect(predict(trained, large, { runtime })).rejects.toThrow(
      /^gfgn: the outputs has .* float32 ends at 3.4e38/,
    );
  });

  it('has no scores of edges where there are none', async () => {
    const trained = await fit({ ...options, model: 'gfgnPair', epochs: 1 });
    const none = { ...graph, adjacency: csrFromEntries(60, 60, { rows: [], columns: [] }) };
    await expect(smoothingScores(trained, none, { runtime })).rejects.toThrow('the graph has no edges');
  });

  it('refuses a graph of another width', async () => {
    const trained = await fit({ ...options, epochs: 1 });
    const wide = { ...graph, features: { data: new Float32Array(420), rows: 60, cols: 7 } };
    await expect(predict(trained, wide, { runtime })).rejects.toThrow(
      'the model was trained on 6 features, the graph has 7',
    );
  });

  it.each(['gfgnGraph', 'gfgnNeighbor', 'gfgnPair'] as const)(
    'has scores for each dimension of each layer: %s',
    async (model) => {
      const trained = await fit({ ...options, model, epochs: 10, limit: 1.5 });
      const layers = await smoothingScores(trained, graph, { runtime });
      expect(layers.map(({ width }) => width)).toEqual([8, 2]);
      for (const { mean, std, histogram, limit } of layers) {
        expect(limit).toBe(1.5);
        expect([...mean].every((s) => s > 0 && s < 1.5)).toBe(true);
        if (model === 'gfgnGraph') expect([...std].every((s) => s < 1e-7)).toBe(true);
        else expect(std[0]).toBeGreaterThan(0);
        expect(histogram.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1);
      }
    },
  );

  it('without gates has no scores', async () => {
    expect(await smoothingScores(await fit({ ...options, epochs: 1 }), graph, { runtime })).toEqual([]);
  });
});
