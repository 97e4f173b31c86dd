import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csrFromEntries } from '@unbraid/kernels';
import { fileError } from '../file-errors.ts';
import { readNpz } from '../read-npz.ts';
import type { GraphData, GraphSplit } from './graph-data.ts';
import { undirected } from './undirected.ts';

/** Splits that geom-gcn has of each set. */
const SPLITS = 10;

/**
 * A graph in geom-gcn's text files `new_data/NAME/out1_node_feature_label.txt` and `out1_graph_edges.txt` (Pei et al. 2020). Features are a list
 * of 0 and 1, or, where the header names their number (film), of the features that are on.
 *
 * @throws one line that names the file, and the line at fault.
 */
export async function readGeomGcn(folder: string, name: string): Promise<GraphData> {
  const nodePath = join(folder, 'new_data', name, 'out1_node_feature_label.txt');
  const edgePath = join(folder, 'new_data', name, 'out1_graph_edges.txt');
  const [header, ...lines] = await readLines(nodePath);
  const indexed = header!.text.match(/feature_amount:(\d+)/);
  const nodes = lines.map(({ text, number }) => {
    const [id, features, label] = text.split('\t');
    const whole = (part: string | undefined) => part !== undefined && /^\d+$/.test(part.trim());
    if (!whole(id) || !whole(label) || !/^[\d,]*$/.test(features ?? ''))
      throw new Error(
        `data: line ${number} of ${nodePath} is not a node, its features and its label, separated by tabs`,
      );
    return { id: Number(id), label: Number(label), features: features!.split(',').filter(Boolean).map(Number), number };
  });
  const count = nodes.length;
  const seen = new Set<number>();
  for (const { id, number } of nodes) {
    if (id >= count || seen.has(id))
      throw new Error(
        `data: line ${number} of ${nodePath} has the node ${id} ${id >= count ? `of ${count}` : 'again'}; each from 0 to ${count - 1} is needed once`,
      );
    seen.add(id);
  }
  const on = nodes.flatMap(({ id, features }) =>
    indexed
      ? features.map((column) => [id, column] as const)
      : features.flatMap((x, column) => (x > 0 ? [[id, column] as const] : [])),
  );
  const width = indexed
    ? on.reduce((most, [, column]) => Math.max(most, column + 1), Number(indexed[1]))
    : (nodes[0]?.features.length ?? 0);
  const ragged = indexed ? undefined : nodes.find(({ features }) => features.length !== width);
  if (ragged)
    throw new Error(
      `data: line ${ragged.number} of ${nodePath} has ${ragged.features.length} features, the first node has ${width}`,
    );
  const features = csrFromEntries(count, width, {
    rows: on.map(([row]) => row),
    columns: on.map(([, column]) => column),
  });
  const labels = new Int32Array(count);
  for (const { id, label } of nodes) labels[id] = label;
  const edges = (await readLines(edgePath)).slice(1).map(({ text, number }) => {
    const ends = text.split(/\s+/).filter(Boolean).map(Number);
    if (ends.length !== 2 || !ends.every(Number.isInteger))
      throw new Error(`data: line ${number} of ${edgePath} is not a pair of nodes`);
    return ends as [number, number];
  });
  const { adjacency, report } = undirected(
    count,
    edges.map(([from]) => from),
    edges.map(([, to]) => to),
    edgePath,
  );
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  // A word that is listed twice counts once.
  return { name, adjacency, features: { ...features, values: features.values.fill(1) }, labels, classes, report };
}

/**
 * The ten splits of a set, from `splits/NAME_split_0.6_0.2_N.npz`.
 *
 * @throws as `readNpz`, or where the masks overlap or are not of `nodes` nodes.
 */
export async function readGeomGcnSplits(folder: string, name: string, nodes: number): Promise<GraphSplit[]> {
  const splits: GraphSplit[] = [];
  for (let i = 0; i < SPLITS; i++) {
    const path = join(folder, 'splits', `${name}_split_0.6_0.2_${i}.npz`);
    const { train_mask, val_mask, test_mask } = await readNpz(path, ['train_mask', 'val_mask', 'test_mask']);
    const masks = { train: train_mask.data, validation: val_mask.data, test: test_mask.data };
    for (const [part, mask] of Object.entries(masks)) {
      if (mask.length !== nodes)
        throw new Error(`data: the ${part} mask in ${path} has ${mask.length} entries, the graph has ${nodes} nodes`);
    }
    for (let node = 0; node < nodes; node++) {
      if (Object.values(masks).filter((mask) => Number(mask[node]) !== 0).length > 1)
        throw new Error(`data: the masks in ${path} overlap at node ${node}`);
    }
    const chosen = (mask: ArrayLike<number | bigint>) =>
      Int32Array.from(Array.from({ length: nodes }, (_, n) => n).filter((n) => Number(mask[n]) !== 0));
    splits.push({ train: chosen(masks.train), validation: chosen(masks.validation), test: chosen(masks.test) });
  }
  return splits;
}

/** The lines of a text file that are not blank, with their numbers from 1. */
async function readLines(path: string): Promise<{ text: string; number: number }[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, 'read', path);
  });
  const lines = text.split(/\r?\n/).map((line, i) => ({ text: line, number: i + 1 }));
  const filled = lines.filter((line) => line.text.trim() !== '');
  if (filled.length < 2) throw new Error(`data: ${path} has no lines after its header`);
  return filled;
}
