import { join } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { csrFromEntries } from '@unbraid/kernels';
import { latin1 } from '#platform';
import type { GraphData, GraphSplit } from './graph-data.ts';
import { counted, edgeNotes } from './notes.ts';
import type { Pickled } from './pickle-objects.ts';
import { type LabelRows, type MatrixEntries, neighbourLists, oneHotLabels, sparseEntries } from './planetoid-parts.ts';
import { undirected } from './undirected.ts';
import { unpickle } from './unpickle.ts';

/** The public split takes so many nodes for validation, those after the training nodes (Yang, Cohen and Salakhutdinov 2016). */
const VALIDATION = 500;

/**
 * A citation graph in Planetoid's files `ind.NAME.y`, `tx`, `ty`, `allx`, `ally`, `graph` and `test.index` (pickles of Python 2 or 3), and its public
 * split. Nodes that the test index leaves out (Citeseer has 15) have no features and the label −1. Edges count in both directions, whether the
 * lists of `graph` have them at one end or at both. Where there are fewer than 500 nodes between those to train on and those to test on,
 * `validation` has what there is; the graph's notes say so.
 *
 * @throws InputError, one line that names the file that cannot be read, is damaged, does not fit the others, or asks for more than arrays and matrices.
 */
export async function readPlanetoid(folder: string, name: string): Promise<{ graph: GraphData; split: GraphSplit }> {
  const path = (part: string) => join(folder, `ind.${name}.${part}`);
  const part = async <T>(which: string, read: (value: Pickled, name: string, size: number) => T): Promise<T> => {
    const bytes = await readBytes(path(which));
    return read(unpickle(bytes, path(which)), path(which), bytes.length);
  };
  const index = readIndex(await readBytes(path('test.index')), path('test.index'));
  const [all, tested] = [await part('allx', sparseEntries), await part('tx', sparseEntries)];
  const [trainLabels, allLabels, testLabels] = [
    await part('y', oneHotLabels),
    await part('ally', oneHotLabels),
    await part('ty', oneHotLabels),
  ];
  const parts = { index, all, tested, trainLabels, allLabels, testLabels };
  checkFit(parts, `the parts of ${name} in ${folder} don't fit`);
  const nodes = index.reduce((most, node) => Math.max(most, node), 0) + 1;
  const edges = await part('graph', neighbourLists);
  const { adjacency, report } = undirected(nodes, edges.sources, edges.targets, path('graph'), { bothEnds: true });
  const split = publicSplit(trainLabels.labels.length, all.rows, index);
  const missing = nodes - all.rows - index.length;
  const labels = joinLabels(parts, nodes);
  const unlabelled = Object.values(split).reduce(
    (sum, part) => sum + part.filter((node: number) => labels[node] === -1).length,
    0,
  );
  const notes = [
    ...edgeNotes(report),
    ...(unlabelled > 0 ? [`${counted(unlabelled, 'node')} of the split without label`] : []),
    ...(missing > 0 ? [`${counted(missing, 'node')} that test.index leaves out without features and label`] : []),
    ...(split.validation.length < VALIDATION
      ? [`${counted(split.validation.length, 'node')} for validation where the public split has ${VALIDATION}`]
      : []),
  ];
  const { classes } = allLabels;
  return {
    graph: {
      name,
      adjacency,
      features: joinFeatures(parts, nodes, `data: the matrix in allx and tx of ${name} in ${folder}`),
      labels,
      classes,
      report,
      notes,
    },
    split,
  };
}

interface Parts {
  /** The node of each row of `tested`. */
  readonly index: readonly number[];
  readonly all: MatrixEntries;
  readonly tested: MatrixEntries;
  readonly trainLabels: LabelRows;
  readonly allLabels: LabelRows;
  readonly testLabels: LabelRows;
}

function checkFit({ index, all, tested, trainLabels, allLabels, testLabels }: Parts, problem: string): void {
  const [first, last] = [index.reduce((a, b) => Math.min(a, b)), index.reduce((a, b) => Math.max(a, b))];
  const fault = (what: string) => new InputError('file', `data: ${problem}: ${what}`);
  const [trained, labelled, toTest] = [trainLabels, allLabels, testLabels].map(({ labels }) => labels.length);
  if (all.rows !== first || tested.rows !== index.length || labelled !== all.rows || toTest !== index.length)
    throw fault(
      `allx ${all.rows} rows, ally ${labelled}, tx ${tested.rows}, ty ${toTest}, test.index ${index.length} nodes from ${first} on`,
    );
  if (trained! > all.rows) throw fault(`y has ${trained} rows to train on, allx ${all.rows}`);
  const other = trainLabels.labels.findIndex((label, node) => label !== allLabels.labels[node]);
  if (other >= 0) throw fault(`y and ally give node ${other} different classes`);
  if (tested.cols !== all.cols) throw fault(`allx has ${all.cols} features, tx ${tested.cols}`);
  const classes = [trainLabels.classes, allLabels.classes, testLabels.classes];
  if (new Set(classes).size > 1) throw fault(`y, ally and ty have ${classes.join(', ')} classes`);
  const missing = last + 1 - first - index.length;
  if (missing > all.rows + index.length)
    throw fault(
      `test.index goes to node ${last} and leaves ${missing} out, more than there are; one of its numbers is wrong`,
    );
}

function publicSplit(trained: number, first: number, index: readonly number[]): GraphSplit {
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    train: range(0, trained),
    validation: range(trained, Math.min(trained + VALIDATION, first)),
    test: Int32Array.from(index).sort(),
  };
}

function joinFeatures({ all, tested, index }: Parts, nodes: number, what: string) {
  const split = all.columns.length;
  const count = split + tested.columns.length;
  const rows = new Int32Array(count);
  const columns = new Float64Array(count);
  const values = new Float64Array(count);
  rows.set(all.rowOf);
  for (let e = 0; e < tested.rowOf.length; e++) rows[split + e] = index[tested.rowOf[e]!]!;
  for (const [at, { columns: c, values: v }] of [[0, all] as const, [split, tested] as const]) {
    columns.set(c, at);
    values.set(v, at);
  }
  return csrFromEntries(nodes, all.cols, { rows, columns, values }, what);
}

function joinLabels({ allLabels, testLabels, index }: Parts, nodes: number): Int32Array {
  const labels = new Int32Array(nodes).fill(-1);
  labels.set(allLabels.labels);
  for (const [row, label] of testLabels.labels.entries()) labels[index[row]!] = label;
  return labels;
}

/** The nodes that are tested on, a line each, in the order of the rows of `tx`. */
function readIndex(bytes: Uint8Array, path: string): number[] {
  const lines = latin1(bytes).split('\n');
  const lineOf = new Map<number, number>();
  for (const [i, line] of lines.entries()) {
    const text = line.trim();
    if (text === '') continue;
    const place = `line ${i + 1} of ${path}`;
    const node = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(node < 2 ** 31))
      throw new InputError('file', `data: ${place} is ${showValue(text)}; a node's number is needed`);
    const before = lineOf.get(node);
    if (before !== undefined)
      throw new InputError(
        'file',
        `data: ${place} is node ${node} again, which line ${before} has; each is needed once`,
      );
    lineOf.set(node, i + 1);
  }
  if (lineOf.size === 0) throw new InputError('file', `data: ${path} is empty`);
  return [...lineOf.keys()];
}
