import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { classify, decodeModel, encodeModel, fit, predict, score } from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const graph = twoGroups();
const { data, cols } = graph.features as { data: Float32Array; cols: number };
const rows = Array.from(graph.labels, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
const nodes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: nodes(0, 20), validation: nodes(20, 35), test: nodes(35, 60) };
const names = Array.from(graph.labels, (label) => (label === 0 ? 'b' : 'a'));
const options = { model: 'gcn', split, hidden: 8, epochs: 30, runtime, onWarning: () => {} } as const;

test('rows of numbers and names of classes make the same fit as a matrix and numbers', async () => {
  const plain = await fit({ ...options, graph: { ...graph, labels: graph.labels.map((label) => 1 - label) } });
  const named = await fit({ ...options, graph: { adjacency: graph.adjacency, features: rows, labels: names } });
  expect(named.params).toEqual(plain.params);
  expect(named.settings).toEqual({ ...plain.settings, names: ['a', 'b'] });
});

test('classes come back by name, also from a saved model and for a graph without labels', async () => {
  const labelled = { ...graph, labels: names.map((name, node) => (node < 50 ? name : null)), classes: ['b', 'a'] };
  const trained = await fit({ ...options, graph: labelled, split: { ...split, test: nodes(35, 50) } });
  const unlabelled = { adjacency: graph.adjacency, features: rows };
  const classes = await classify(trained, unlabelled, { runtime });
  const right = split.test.filter((node) => classes[node] === names[node]).length / split.test.length;
  expect(right).toBeGreaterThan(0.8);
  expect(await score(trained, { ...unlabelled, labels: names }, split.test, { runtime })).toBe(right);
  expect(await classify(decodeModel(encodeModel(trained)), unlabelled, { runtime })).toEqual(classes);
});

test('a kept session serves one graph after another, and sees other parameters', async () => {
  const trained = await fit({ ...options, graph });
  const other = { ...graph, features: { data: data.map((value) => 2 * value), rows: 60, cols } };
  const [first, second] = [await predict(trained, graph, { runtime }), await predict(trained, other, { runtime })];
  expect(second).not.toEqual(first);
  expect(await predict(trained, graph, { runtime })).toEqual(first);
  trained.params.fill(0);
  expect((await predict(trained, graph, { runtime })).data.every((logit) => logit === 0)).toBe(true);
});

test('a fit tells of a rare class and of epochs that ended too early, in its result and to the listener', async () => {
  const heard: string[] = [];
  const onWarning = (line: string) => void heard.push(line);
  const alike = { ...split, train: nodes(0, 20).filter((node) => graph.labels[node] === 0) };
  const rare = await fit({ ...options, graph, split: alike, epochs: 3, onWarning });
  const short = await fit({ ...options, graph, dropout: 0, epochs: 12, onWarning });
  expect(rare.warnings).toEqual([
    expect.stringMatching(/^gfgn: split\.train has 0 of 10 rows of class 1, which is rare among 2 classes; label more/),
  ]);
  expect(short.warnings).toEqual(['gfgn: the validation loss still fell when the 12 epochs were over; raise epochs']);
  expect(heard).toEqual([...rare.warnings, ...short.warnings]);
});
