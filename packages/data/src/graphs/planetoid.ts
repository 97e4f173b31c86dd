import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csrFromEntries } from '@unbraid/kernels';
import { fileError } from '../file-errors.ts';
import { readBytes } from '../read-bytes.ts';
import type { GraphData, GraphSplit } from './graph-data.ts';
import { undirected } from './undirected.ts';
import { type Pickled, pickledDictionary, pickledMatrix, pickledNumbers, unpickle } from './unpickle.ts';

/** The public split takes so many nodes for validation, those after the training nodes (Yang, Cohen and Salakhutdinov 2016). */
const VALIDATION = 500;

/**
 * A citation graph in Planetoid's files `ind.NAME.x`, `y`, `tx`, `ty`, `allx`, `ally`, `graph` and `test.index`, and its public split. Nodes that
 * the test index leaves out (Citeseer has 15) have no features and the label −1.
 *
 * @throws one line that names the file that cannot be read, is damaged, or asks for more than arrays and matrices.
 */
export async function readPlanetoid(folder: string, name: string): Promise<{ graph: GraphData; split: GraphSplit }> {
  const path = (part: string) => join(folder, `ind.${name}.${part}`);
  const pickle = async (part: string) => unpickle(await readBytes(path(part)), path(part));
  const index = await readIndex(path('test.index'));
  const sorted = index.toSorted();
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const [all, tested] = [
    matrixEntries(await pickle('allx'), path('allx')),
    matrixEntries(await pickle('tx'), path('tx')),
  ];
  const trainCount = labelRows(await pickle('y'), path('y')).length;
  const [allLabels, testLabels] = [
    labelRows(await pickle('ally'), path('ally')),
    labelRows(await pickle('ty'), path('ty')),
  ];
  if (
    all.rows !== first ||
    tested.rows !== index.length ||
    allLabels.length !== all.rows ||
    testLabels.length !== index.length
  ) {
    throw new Error(
      `data: the parts of ${name} in ${folder} don't fit: allx ${all.rows} rows, ally ${allLabels.length}, tx ${tested.rows}, ty ${testLabels.length}, ` +
        `test.index ${index.length} nodes from ${first} on`,
    );
  }
  const nodes = last + 1;
  const features = csrFromEntries(nodes, all.cols, {
    rows: [...all.rowOf, ...tested.rowOf.map((row) => index[row]!)],
    columns: [...all.columns, ...tested.columns],
    values: [...all.values, ...tested.values],
  });
  const labels = new Int32Array(nodes).fill(-1);
  labels.set(allLabels.map(({ label }) => label));
  testLabels.forEach(({ label }, row) => {
    labels[index[row]!] = label;
  });
  const edges = edgesOf(await pickle('graph'), path('graph'));
  const { adjacency, report } = undirected(nodes, edges.sources, edges.targets, name);
  const classes = allLabels[0]?.classes ?? 0;
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    graph: { name, adjacency, features, labels, classes, report },
    split: {
      train: range(0, trainCount),
      validation: range(trainCount, trainCount + VALIDATION),
      test: Int32Array.from(sorted),
    },
  };
}

async function readIndex(path: string): Promise<number[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, 'read', path);
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.findIndex((line) => !/^\d+\s*$/.test(line));
  if (wrong >= 0) throw new Error(`data: line ${wrong + 1} of ${path} is "${lines[wrong]}"; a node's number is needed`);
  if (lines.length === 0) throw new Error(`data: ${path} is empty`);
  return lines.map(Number);
}

/** The entries of a pickled SciPy matrix, as they stand. */
function matrixEntries(pickle: Pickled, name: string) {
  const attribute = pickledMatrix(pickle, name);
  const list = (key: string) => pickledNumbers(attribute(key), `${key} of ${name}`).data;
  const [rows, cols] = (attribute('_shape') ?? []) as [number, number];
  const [starts, columns, values] = [list('indptr'), list('indices'), list('data')];
  if (starts.length !== rows + 1 || columns.length !== values.length || starts[rows] !== columns.length)
    throw new Error(`data: ${name} is damaged: its arrays don't fit a CSR matrix of ${rows} × ${cols}`);
  const rowOf = new Int32Array(columns.length);
  for (let row = 0; row < rows; row++) rowOf.fill(row, starts[row], starts[row + 1]);
  return { rows, cols, rowOf, columns, values };
}

/** The class of each row of a one-hot matrix; −1 for a row of zeros. */
function labelRows(pickle: Pickled, name: string): { label: number; classes: number }[] {
  const { shape, data, columnMajor } = pickledNumbers(pickle, name);
  const [rows, classes] = shape as [number, number];
  if (shape.length !== 2) throw new Error(`data: ${name} has ${shape.length} axes; nodes × classes are needed`);
  return Array.from({ length: rows }, (_, row) => {
    const entries = Array.from({ length: classes }, (_, c) => data[columnMajor ? c * rows + row : row * classes + c]!);
    return { label: entries.findIndex((x) => x > 0), classes };
  });
}

/** A dictionary from nodes to lists of nodes. */
function edgesOf(pickle: Pickled, name: string): { sources: number[]; targets: number[] } {
  const [sources, targets]: [number[], number[]] = [[], []];
  for (const [node, neighbours] of pickledDictionary(pickle, name)) {
    if (typeof node !== 'number' || !Array.isArray(neighbours))
      throw new Error(`data: ${name} is not a dictionary from nodes to lists of nodes`);
    for (const other of neighbours as number[]) {
      // Each edge stands in the lists of both its nodes; one of them is enough.
      if (other < node) continue;
      sources.push(node);
      targets.push(other);
    }
  }
  return { sources, targets };
}
