import { join } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { type Csr, csrFromEntries } from '@unbraid/kernels';
import { createGrowing } from '../growing.ts';
import { classCount } from './class-count.ts';
import type { GraphData } from './graph-data.ts';
import { counted, edgeNotes } from './notes.ts';
import { type TextLine, textLines } from './text-lines.ts';
import { undirected } from './undirected.ts';

/**
 * A graph in geom-gcn's text files `new_data/NAME/out1_node_feature_label.txt` and `out1_graph_edges.txt` (Pei et al. 2020). Features are a list
 * of numbers, as a rule 0 and 1, or, where the header names their number (film), of the features that are on. Edges count in both directions.
 *
 * @throws InputError, one line that names the file, and the line at fault.
 */
export async function readGeomGcn(folder: string, name: string): Promise<GraphData> {
  const nodePath = join(folder, 'new_data', name, 'out1_node_feature_label.txt');
  const edgePath = join(folder, 'new_data', name, 'out1_graph_edges.txt');
  const { features, labels, classes, merged } = readNodes(await readBytes(nodePath), nodePath);
  const { sources, targets } = readEdges(await readBytes(edgePath), edgePath);
  const { adjacency, report } = undirected(labels.length, sources, targets, edgePath);
  const notes = [...edgeNotes(report), ...(merged > 0 ? [`${counted(merged, 'repeated feature')} merged`] : [])];
  return { name, adjacency, features, labels, classes, report, notes };
}

/** The header and the lines after it. @throws InputError where there are none. */
function headed(bytes: Uint8Array, path: string): { header: TextLine; lines: TextLine[] } {
  const [header, ...lines] = textLines(bytes, path);
  if (!header || lines.length === 0) throw noLines(path);
  return { header, lines };
}

const noLines = (path: string) => new InputError('file', `data: ${path} has no lines after its header`);

const isWhole = (part: string | undefined): boolean => part !== undefined && /^\d+$/.test(part);

const noHeader = (path: string) =>
  new InputError('file', `data: ${path} has no header: its first line is one of numbers; put one before it`);

function readNodes(
  bytes: Uint8Array,
  path: string,
): { features: Csr; labels: Int32Array; classes: number; merged: number } {
  const { header, lines } = headed(bytes, path);
  if (isWhole(header.text.split('\t')[0]?.trim())) throw noHeader(path);
  const nodes = lines.map((line) => parseNode(line, path));
  const count = nodes.length;
  const labels = new Int32Array(count).fill(-1);
  for (const { id, label, number } of nodes) {
    const place = `data: line ${number} of ${path}`;
    if (id >= count || labels[id] !== -1)
      throw new InputError(
        'file',
        `${place} has the node ${id} ${id >= count ? `of ${count}` : 'again'}; each from 0 to ${count - 1} is needed once`,
      );
    if (label >= 2 ** 31)
      throw new InputError('file', `${place} has the label ${label}; number classes from 0 without gaps`);
    labels[id] = label;
  }
  const classes = classCount(labels, path);
  const stated = header.text.match(/feature_amount:(\d+)/);
  return { ...(stated ? listed(nodes, Number(stated[1]), path) : plain(nodes, path)), labels, classes };
}

interface NodeLine {
  readonly id: number;
  /** As in the file, separated by commas. */
  readonly features: string;
  readonly label: number;
  readonly number: number;
}

function parseNode({ text, number }: TextLine, path: string): NodeLine {
  const [id, features, label, ...more] = text.split('\t').map((part) => part.trim());
  if (!isWhole(id) || !isWhole(label) || !/^(?:\d+(?:,\d+)*)?$/.test(features ?? '') || more.length > 0)
    throw new InputError(
      'file',
      `data: line ${number} of ${path} is not a node, its features and its label, separated by tabs`,
    );
  return { id: Number(id), features: features!, label: Number(label), number };
}

const entriesOf = ({ features }: NodeLine): number[] => (features === '' ? [] : features.split(',').map(Number));

/**
 * The features that are on. The header states their number or, as that of the published film, the largest of them. One that is listed twice counts
 * once.
 */
function listed(nodes: readonly NodeLine[], stated: number, path: string): { features: Csr; merged: number } {
  const [rows, columns]: [number[], number[]] = [[], []];
  let width = checkedWidth(stated, path);
  for (const node of nodes) {
    for (const column of entriesOf(node)) {
      if (column > stated)
        throw new InputError(
          'file',
          `data: line ${node.number} of ${path} has the feature ${column}, beyond the ${stated} that the header states`,
        );
      width = Math.max(width, column + 1);
      rows.push(node.id);
      columns.push(column);
    }
  }
  const features = csrFromEntries(nodes.length, width, { rows, columns });
  return { features: { ...features, values: features.values.fill(1) }, merged: rows.length - features.values.length };
}

function checkedWidth(width: number, path: string): number {
  if (width < 2 ** 31 - 1) return width;
  throw new InputError('limit', `data: the header of ${path} states ${width} features; up to ${2 ** 31 - 2} are read`);
}

/** A number for each feature. */
function plain(nodes: readonly NodeLine[], path: string): { features: Csr; merged: number } {
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  const width = entriesOf(nodes[0]!).length;
  for (const node of nodes) {
    const place = `data: line ${node.number} of ${path}`;
    const entries = entriesOf(node);
    if (entries.length !== width)
      throw new InputError('file', `${place} has ${entries.length} features, the first node has ${width}`);
    for (const [column, value] of entries.entries()) {
      if (value === 0) continue;
      if (!Number.isFinite(Math.fround(value)))
        throw new InputError('file', `${place} has the feature ${showValue(value)}, which is no float32`);
      rows.push(node.id);
      columns.push(column);
      values.push(value);
    }
  }
  return { features: csrFromEntries(nodes.length, width, { rows, columns, values }), merged: 0 };
}

function readEdges(bytes: Uint8Array, path: string): { sources: Int32Array; targets: Int32Array } {
  const [sources, targets] = [0, 1].map(() => createGrowing((length) => new Int32Array(length)));
  let isHeader = true;
  let count = 0;
  for (const { text, number } of textLines(bytes, path)) {
    const ends = text.trim().split(/\s+/);
    if (isHeader && ends.every(isWhole)) throw noHeader(path);
    if (!isHeader) {
      const pair = ends.map(Number);
      if (pair.length !== 2 || !ends.every(isWhole))
        throw new InputError('file', `data: line ${number} of ${path} is not a pair of nodes`);
      const beyond = pair.find((node) => node >= 2 ** 31);
      if (beyond !== undefined)
        throw new InputError('file', `data: line ${number} of ${path} has the node ${beyond}, which there can't be`);
      sources!.push(pair[0]!);
      targets!.push(pair[1]!);
      count++;
    }
    isHeader = false;
  }
  if (count === 0) throw noLines(path);
  return { sources: sources!.finish(), targets: targets!.finish() };
}
