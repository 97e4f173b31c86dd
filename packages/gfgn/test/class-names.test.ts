import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { fit, fitGraphs, score, scoreGraphs } from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: range(0, 30), validation: range(30, 40), test: range(40, 60) };
const common = { model: 'gcn', hidden: 4, epochs: 8, split, runtime, onWarning: () => {} } as const;
const { adjacency, features, labels } = twoGroups();
const graph = { adjacency, features };

test('names are no classes of a model that was trained on numbers, unless they say which number they are', async () => {
  const trained = await fit({ ...common, graph: { ...graph, labels } });
  const right = await score(trained, { ...graph, labels }, split.test, { runtime });
  // Sorted, names would come in the other order.
  const names = Array.from(labels, (label) => ['zebra', 'ant'][label]!);
  await expect(score(trained, { ...graph, labels: names }, split.test, { runtime })).rejects.toMatchObject({
    code: 'data',
    message:
      'gfgn: labels has "zebra" at row 0 (counted from 0), and the classes have no names; give their numbers, from 0',
  });
  const told = { ...graph, labels: names, classes: ['zebra', 'ant'] };
  expect(await score(trained, told, split.test, { runtime })).toBe(right);
});

test('names and numbers are those that the model was trained on, whatever order a graph names them in', async () => {
  const names = Array.from(labels, (label) => ['zebra', 'ant'][label]!);
  const trained = await fit({ ...common, graph: { ...graph, labels: names } });
  const scored = (given: object) => score(trained, { ...graph, ...given }, split.test, { runtime });
  const right = await scored({ labels: names });
  expect(await scored({ labels: names, classes: ['zebra', 'ant'] })).toBe(right);
  // Numbers are the model's, 0 for ant; or those of the names beside them.
  expect(await scored({ labels: labels.map((label) => 1 - label) })).toBe(right);
  expect(await scored({ labels, classes: ['zebra', 'ant'] })).toBe(right);
  expect(await scored({ labels: labels.map((label) => 2 * label), classes: ['zebra', 'bee', 'ant'] })).toBe(right);
  await expect(scored({ labels: names.with(3, 'bee') })).rejects.toThrow('labels has "bee" at row 3');
  await expect(scored({ labels, classes: ['zebra', 'bee'] })).rejects.toThrow(
    'node 1 is of the class "bee", which the model wasn\'t taught',
  );
  await expect(scored({ labels, classes: ['zebra'] })).rejects.toThrow(
    'node 1 has the label 1, and 1 classes are named',
  );
});

test('columns of several labels are taken by their names', async () => {
  const targets = Array.from(labels, (label, i) => [label, Number(i % 3 === 0)]);
  const named = { ...graph, targets, classes: ['group', 'third'] };
  const trained = await fit({ ...common, task: 'multilabel', graph: named });
  expect(trained.task!.names).toEqual(['group', 'third']);
  const right = await score(trained, named, split.test, { runtime });
  const turned = { ...graph, targets: targets.map(([a, b]) => [b!, a!]), classes: ['third', 'group'] };
  expect(await score(trained, turned, split.test, { runtime })).toBe(right);
  const other = { ...turned, classes: ['third', 'groups'] };
  await expect(score(trained, other, split.test, { runtime })).rejects.toThrow('no column of the name "group"');
});

test('of whole graphs, too', async () => {
  const graphs = Array.from({ length: 8 }, (_, i) => twoGroups(10, i + 1)).map(({ adjacency: edges, features: x }) => ({
    adjacency: edges,
    features: x,
  }));
  const parts = { train: [0, 1, 2, 3], validation: [4, 5], test: [6, 7] };
  const numbers = [0, 1, 0, 1, 0, 1, 0, 1];
  const trained = await fitGraphs({ ...common, graphs, split: parts, labels: numbers });
  const names = numbers.map((label) => ['zebra', 'ant'][label]!);
  await expect(scoreGraphs(trained, graphs, { labels: names }, { runtime })).rejects.toThrow(
    'the classes have no names; give their numbers, from 0',
  );
  const right = await scoreGraphs(trained, graphs, { labels: numbers }, { runtime });
  expect(await scoreGraphs(trained, graphs, { labels: names, classes: ['zebra', 'ant'] }, { runtime })).toBe(right);
});
