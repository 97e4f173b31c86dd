import { nodeRuntime } from '@unbraid/graph/node';
import type { CheckpointStore, SavedState } from '@unbraid/nn';
import { describe, expect, it, test } from 'vitest';
import { classify, csrFromEntries, decodeModel, encodeModel, fit, predict, score } from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const graph = twoGroups(120);
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: range(0, 50), validation: range(50, 80), test: range(80, 120) };
const { adjacency, features, labels } = graph;
const { data, cols } = features as { data: Float32Array; cols: number };
const settings = { model: 'gfgnPair', split, hidden: 8, epochs: 60, runtime, onWarning: () => {} } as const;

/** What a node's neighbours have of a feature, on average: nothing that its own features tell. */
const heard = (feature: number) =>
  Float32Array.from(labels, (_, i) => {
    const around = [...adjacency.columns.subarray(adjacency.starts[i]!, adjacency.starts[i + 1]!)];
    return around.reduce((sum, j) => sum + data[j * cols + feature]!, 0) / Math.max(around.length, 1);
  });

describe('of nodes, fit learns', () => {
  it('one of two classes, by a single logit, with names', async () => {
    const names = Array.from(labels, (label) => (label === 1 ? 'yes' : 'no'));
    const given = { adjacency, features, labels: names };
    const trained = await fit({ ...settings, task: 'binary', graph: given, monitor: 'score' });
    expect(trained.best.testScore).toBeGreaterThan(0.9);
    expect(trained.best.testAccuracy).toBeGreaterThan(0.8);
    expect(trained.task).toEqual({ name: 'binary', outputs: 1, names: ['no', 'yes'] });
    const again = decodeModel(encodeModel(trained));
    expect((await predict(again, given, { runtime })).cols).toBe(1);
    const told = await classify(again, given, { runtime });
    const right = split.test.filter((node) => told[node] === names[node]).length / split.test.length;
    expect(right).toBe(trained.best.testAccuracy);
    expect(await score(again, given, split.test, { runtime })).toBe(trained.best.testScore);
  });

  it('several labels, some of them unknown', async () => {
    const [one, other] = [0, 4].map(heard) as [Float32Array, Float32Array];
    const targets = Array.from(labels, (_, i) => [
      i % 9 === 0 ? Number.NaN : Number(one[i]! > 0),
      Number(other[i]! > 0),
    ]);
    const trained = await fit({
      ...settings,
      task: 'multilabel',
      graph: { adjacency, features, targets },
      classWeights: 'balanced',
      model: 'gcn',
    });
    expect(trained.best.testScore).toBeGreaterThan(0.85);
    expect((await predict(trained, graph, { runtime })).cols).toBe(2);
    await expect(classify(trained, graph, { runtime })).rejects.toThrow('the model was trained for multilabel');
  });

  it('quantities in their own units', async () => {
    const wanted = heard(0).map((value) => 1000 + 300 * value);
    const given = { adjacency, features, targets: wanted };
    const trained = await fit({ ...settings, task: 'regression', graph: given, model: 'gcn', dropout: 0, epochs: 200 });
    expect(trained.best.testScore).toBeGreaterThan(0.5);
    expect(trained.best.testMeanAbsoluteError).toBeLessThan(90);
    const told = await predict(decodeModel(encodeModel(trained)), { adjacency, features }, { runtime });
    const mean =
      split.test.reduce((sum, node) => sum + Math.abs(told.data[node]! - wanted[node]!), 0) / split.test.length;
    expect(mean).toBeCloseTo(trained.best.testMeanAbsoluteError, 2);
    expect(await score(trained, given, split.test, { runtime })).toBeCloseTo(trained.best.testScore, 6);
  });

  it('which way edges go', async () => {
    // A node is of class 1 where the node that leads to it has a feature above 0; the node that it leads to tells nothing.
    const nodes = 200;
    const before = Int32Array.from({ length: nodes }, (_, i) => (i + nodes - 1) % nodes);
    const x = Float32Array.from({ length: nodes }, (_, i) => Math.sin(i * i));
    const chain = csrFromEntries(nodes, nodes, { rows: before, columns: range(0, nodes) });
    const given = {
      adjacency: chain,
      directed: true,
      features: { data: x, cols: 1 },
      labels: Int32Array.from(before, (j) => Number(x[j]! > 0)),
    };
    const parts = { train: range(0, 80), validation: range(80, 120), test: range(120, 200) };
    // Smoothing along edges twice would mix in the node before that.
    const { best } = await fit({
      ...settings,
      graph: given,
      split: parts,
      model: 'gfgnNeighbor',
      dropout: 0,
      epochs: 150,
    });
    expect(best.testAccuracy).toBeGreaterThan(0.8);
  });
});

test('weights of classes make a rare class count', async () => {
  const rare = labels.map((label, i) => (label === 1 && i % 5 !== 0 ? -1 : label));
  const known = (nodes: Int32Array) => nodes.filter((node) => rare[node]! >= 0);
  const parts = {
    train: known(split.train),
    validation: known(split.validation),
    test: split.test.filter((i) => labels[i] === 1 && rare[i]! >= 0),
  };
  const given = {
    ...graph,
    labels: rare,
    features: { ...features, data: data.map((value) => value / 4) } as typeof features,
  };
  const with_ = { ...settings, model: 'mlp', graph: given, split: parts, epochs: 10 } as const;
  const [plain, weighted] = [await fit(with_), await fit({ ...with_, classWeights: [1, 20] })];
  expect(weighted.best.testAccuracy).toBeGreaterThan(plain.best.testAccuracy);
  await expect(fit({ ...with_, classWeights: [1, -2] })).rejects.toThrow("gfgn: fit's classWeights has -2 for class 1");
});

describe('a fit that was stopped', () => {
  const store = (): CheckpointStore & { state?: SavedState } => {
    const kept: CheckpointStore & { state?: SavedState } = {
      load: async () => kept.state,
      async save(state) {
        kept.state = structuredClone(state);
      },
    };
    return kept;
  };
  const options = { ...settings, graph, epochs: 20, patience: 8 };

  it('goes on with the same numbers', async () => {
    const whole = await fit(options);
    const checkpoint = store();
    const stop = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }) => void (epoch === 7 && stop.abort(new Error('enough')));
    await expect(fit({ ...options, checkpoint, onEpoch, signal: stop.signal })).rejects.toThrow('enough');
    const rest = await fit({ ...options, checkpoint });
    expect(rest.history).toEqual(whole.history);
    expect(rest.params).toEqual(whole.params);
    expect(rest.best).toEqual(whole.best);
  });

  it('refuses the checkpoint of another', async () => {
    const checkpoint = store();
    await fit({ ...options, checkpoint, epochs: 2 });
    await expect(fit({ ...options, checkpoint, seed: 1 })).rejects.toThrow(
      'the checkpoint is of a fit with other settings or data',
    );
    const { train } = split;
    const others = [
      { classWeights: 'balanced' },
      { split: { ...split, train: [...train.slice(0, -1), 119], test: range(80, 119) } },
      { graph: { ...graph, labels: labels.map((label, i) => (i === 0 ? 1 - label : label)) } },
      { graph: { ...graph, features: { ...features, data: data.map((x, i) => (i < 2 ? -x : x)) } as typeof features } },
    ] as const;
    for (const other of others)
      await expect(fit({ ...options, ...other, checkpoint })).rejects.toThrow(
        'the checkpoint is of a fit with other settings or data',
      );
    const { state } = checkpoint;
    checkpoint.state = { meta: null, arrays: state!.arrays };
    await expect(fit({ ...options, checkpoint })).rejects.toThrow('the checkpoint is not one of a fit of this package');
    checkpoint.state = { ...state!, arrays: { ...state!.arrays, history: new Uint8Array(3) } };
    await expect(fit({ ...options, checkpoint })).rejects.toThrow('the checkpoint has no history');
  });
});

test("what can't be is refused in one line", async () => {
  const edges = { ...graph, edgeFeatures: [[1], [2]] };
  await expect(fit({ ...settings, graph: edges })).rejects.toThrow(
    /adjacency has \d+ entries, edgeFeatures have 2 rows/,
  );
  await expect(fit({ ...settings, graph: { ...graph, directed: 1 } as never })).rejects.toThrow(
    'directed is 1; true or false',
  );
  await expect(fit({ ...settings, graph: { ...graph, selfLoops: 'all' } as never })).rejects.toThrow(
    'selfLoops is "all"; "one" or "keep"',
  );
  const all = labels.map(() => 1);
  await expect(
    fit({ ...settings, task: 'binary', graph: { ...graph, labels: all }, monitor: 'score' }),
  ).rejects.toThrow("can't monitor the score: ROC AUC needs nodes of both classes in split.validation");
});

describe('in batches', () => {
  const sampled = {
    ...settings,
    model: 'gfgnPair',
    graph,
    sample: { fanOuts: [4, 4], batchSize: 16 },
    epochs: 12,
    dropout: 0.2,
  } as const;

  it('fit learns from sampled neighbours', async () => {
    const { best } = await fit(sampled);
    expect(best.testAccuracy).toBeGreaterThan(0.85);
  });

  it('fit learns from parts of the graph', async () => {
    const { sample: _, ...plain } = sampled;
    for (const model of ['gcn', 'gfgnGraph'] as const) {
      const { best } = await fit({ ...plain, model, clusters: { parts: 6, together: 2 }, epochs: 25 });
      expect(best.testAccuracy).toBeGreaterThan(0.8);
    }
  });

  it('with all neighbours and all nodes a step is that of the whole graph', async () => {
    const whole = { ...settings, graph, dropout: 0, epochs: 4 } as const;
    const everyone = { fanOuts: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], batchSize: 1000 };
    for (const model of ['gfgnPair', 'gat', 'gfgnNeighbor'] as const) {
      const [one, other] = [await fit({ ...whole, model }), await fit({ ...whole, model, sample: everyone })];
      for (const [i, { trainLoss, validationLoss }] of one.history.entries()) {
        expect(other.history[i]!.trainLoss).toBeCloseTo(trainLoss, 4);
        expect(other.history[i]!.validationLoss).toBeCloseTo(validationLoss, 4);
      }
    }
  });

  it('gives the same numbers on one thread and on two, and where it was stopped', async () => {
    const wide = { ...sampled, hidden: 40, epochs: 5 };
    const one = await fit(wide);
    const two = await fit({ ...wide, runtime: nodeRuntime({ kernelThreads: 2 }) });
    expect(two.params).toEqual(one.params);
    expect(two.history).toEqual(one.history);
    let state: SavedState | undefined;
    const checkpoint: CheckpointStore = {
      load: async () => state,
      async save(saved) {
        state = structuredClone(saved);
      },
    };
    const stop = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort(new Error('enough')));
    await expect(fit({ ...wide, checkpoint, onEpoch, signal: stop.signal })).rejects.toThrow('enough');
    const rest = await fit({ ...wide, checkpoint });
    expect(rest.history).toEqual(one.history);
    expect(rest.params).toEqual(one.params);
  });

  it("refuses what can't be", async () => {
    await expect(fit({ ...sampled, sample: { fanOuts: [4] } })).rejects.toThrow(
      'sample.fanOuts has 1 numbers, the model hears 2 hops; give a number for each',
    );
    await expect(fit({ ...sampled, clusters: { parts: 3 } })).rejects.toThrow('fit has sample and clusters');
    const misspelt = { fanOuts: [4, 4], batchsize: 16 } as never;
    await expect(fit({ ...sampled, sample: misspelt })).rejects.toThrow("gfgn: fit's sample");
    await expect(fit({ ...sampled, sample: { fanOuts: [0, 1] } })).rejects.toThrow(
      'sample.fanOuts[0] is 0; an integer of at least 1 is needed',
    );
  });
});

test('quantities of which one is nowhere known in validation are scored by the others', async () => {
  const targets = Array.from(labels, (label, i) => [label, i < 50 ? label : Number.NaN]);
  const given = { adjacency, features, targets };
  const trained = await fit({ ...settings, task: 'regression', graph: given, monitor: 'score', epochs: 5 });
  expect(trained.best.validationScore).toBeLessThanOrEqual(1);
  expect(trained.history).toHaveLength(5);
  await expect(fit({ ...settings, task: 'regression', graph: given, monitor: 'accuracy' })).rejects.toThrow(
    "gfgn: fit can't monitor the accuracy: quantities have no accuracy; monitor the loss",
  );
});

test('a graph with another number of classes than the model was trained on is not scored', async () => {
  const seven = { ...graph, labels: labels.map((label, i) => (i % 9 === 0 ? 6 : label)), classes: 7 };
  const trained = await fit({ ...settings, graph: seven, epochs: 1 });
  await expect(score(trained, { ...graph, classes: 3 }, split.test, { runtime })).rejects.toThrow(
    'gfgn: there are 3 classes, the model was trained on 7',
  );
  expect(await score(trained, { ...graph, classes: 7 }, split.test, { runtime })).toBe(
    await score(trained, { adjacency, features, labels }, split.test, { runtime }),
  );
});
