import { InputError } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { MAX_UNPACKED_BYTES } from '../gunzip.ts';
import type { Matrix } from '../matrix.ts';
import type { NpyArray } from '../npy.ts';
import { npzMember, readMember } from '../read-npz.ts';
import { zipMembers } from '../zip-members.ts';
import { classCount } from './class-count.ts';
import type { GraphData, GraphSet, GraphSplit } from './graph-data.ts';
import { splitOfMasks } from './masks.ts';
import { edgeNotes } from './notes.ts';
import { undirected } from './undirected.ts';

const ARRAYS = ['node_features', 'node_labels', 'edges', 'train_masks', 'val_masks', 'test_masks'] as const;
type Arrays = Readonly<Record<(typeof ARRAYS)[number], NpyArray>>;

/**
 * A graph in the form in which Platonov et al. (2023) publish theirs: an `.npz` file with `node_features` [nodes, features], `node_labels` [nodes],
 * `edges` [edges, 2], each once, and `train_masks`, `val_masks` and `test_masks` [splits, nodes].
 *
 * @param name of the graph; that of the file unless given
 * @throws InputError, one line that names the file and the array at fault
 */
export async function readHeterophilous(path: string, name = path): Promise<GraphSet> {
  return heterophilousGraph(await readBytes(path), path, name);
}

/** The same of the bytes of such a file. @param path how errors name it */
export async function heterophilousGraph(bytes: Uint8Array, path: string, name: string): Promise<GraphSet> {
  const members = await zipMembers(bytes, path);
  const entries: [string, NpyArray][] = [];
  for (const array of ARRAYS)
    entries.push([array, await readMember(npzMember(members, array, path), `${array} in ${path}`, MAX_UNPACKED_BYTES)]);
  const arrays = Object.fromEntries(entries) as unknown as Arrays;
  const nodes = sideOf(arrays, 'node_labels', [undefined], path);
  const features = featuresOf(arrays, nodes, path);
  const labels = labelsOf(arrays.node_labels, path);
  const [sources, targets] = endsOf(arrays, path);
  const { adjacency, report } = undirected(nodes, sources, targets, path);
  const classes = classCount(labels, path);
  const graph = { name, adjacency, features, labels, classes, report, notes: splitNotes(report) };
  return { graph, splits: splitsOf(arrays, nodes, path) };
}

/** That each edge stands once, in one direction, is how these files are made, and nothing to be told. */
const splitNotes = (report: GraphData['report']): string[] => edgeNotes({ ...report, oneWay: 0 });

/** The first side of an array. @throws InputError where the array is of another shape; undefined stands for any size */
function sideOf(arrays: Arrays, name: keyof Arrays, sizes: readonly (number | undefined)[], path: string): number {
  const { shape } = arrays[name];
  const fits = shape.length === sizes.length && shape.every((size, axis) => size === (sizes[axis] ?? size));
  if (fits) return shape[0]!;
  const wanted = sizes.map((size) => size ?? 'any').join(', ');
  throw new InputError('file', `data: ${name} in ${path} is [${shape.join(', ')}]; [${wanted}] is needed`);
}

function featuresOf(arrays: Arrays, nodes: number, path: string): Matrix {
  sideOf(arrays, 'node_features', [nodes, undefined], path);
  const { data, shape } = arrays.node_features;
  const cols = shape[1]!;
  const values = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return { data: values, rows: nodes, cols };
  throw new InputError(
    'file',
    `data: node_features in ${path} has ${values[wrong]} at node ${Math.floor(wrong / cols)}, column ${wrong % cols} (counted from 0); finite numbers are needed`,
  );
}

const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 31;

function labelsOf({ data }: NpyArray, path: string): Int32Array {
  return Int32Array.from(data as ArrayLike<number | bigint>, (entry, node) => {
    const label = Number(entry);
    if (isWhole(label)) return label;
    throw new InputError('file', `data: node_labels in ${path} has ${label} at node ${node}; classes count from 0`);
  });
}

function endsOf(arrays: Arrays, path: string): [Int32Array, Int32Array] {
  const edges = sideOf(arrays, 'edges', [undefined, 2], path);
  const { data } = arrays.edges;
  const end = (column: number) =>
    Int32Array.from({ length: edges }, (_, edge) => {
      const node = Number(data[2 * edge + column]);
      if (isWhole(node)) return node;
      throw new InputError('file', `data: edge ${edge} in ${path} has the node ${node}, which there can't be`);
    });
  return [end(0), end(1)];
}

function splitsOf(arrays: Arrays, nodes: number, path: string): GraphSplit[] {
  const splits = sideOf(arrays, 'train_masks', [undefined, nodes], path);
  sideOf(arrays, 'val_masks', [splits, nodes], path);
  sideOf(arrays, 'test_masks', [splits, nodes], path);
  if (splits === 0) throw new InputError('file', `data: the masks in ${path} are of no split`);
  const part = (array: keyof Arrays, split: number) => arrays[array].data.subarray(split * nodes, (split + 1) * nodes);
  return Array.from({ length: splits }, (_, split) =>
    splitOfMasks(
      { train: part('train_masks', split), validation: part('val_masks', split), test: part('test_masks', split) },
      nodes,
      `split ${split} of ${path}`,
    ),
  );
}
