import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type GraphSet, readHeterophilous, readOgb } from '@unbraid/data';
import { anyOf } from '../any-of.ts';
import type { FolderTarget } from '../target.ts';
import { zipOf } from '../zip.ts';
import { assertGraph, assertSplit, fixture, fromBase64 } from './graph-invariants.ts';
import { npyBytes } from './npy.ts';

type Fixture = Readonly<Record<'heterophilous' | 'ogb', { readonly file: string }>>;
const files = () => fixture('graph-sets.json') as Fixture;

function check({ graph, splits }: GraphSet): void {
  assertGraph(graph);
  for (const split of splits) assertSplit(split, graph.labels.length);
}

const NPZ = 'graph.npz';

/** Archives as they are, and mutated arrays of edges in archives that are right. */
export const heterophilous: FolderTarget = {
  name: 'heterophilous',
  folders: () => [{ [NPZ]: fromBase64(files().heterophilous.file) }, { [NPZ]: npyBytes('<i4', 4, [2, 2]) }],
  runFolder: (folder) => {
    const path = join(folder, NPZ);
    const packed = join(folder, 'packed.npz');
    writeFileSync(packed, zipOf(arraysWith(readFileSync(path))));
    return anyOf([
      async () => check(await readHeterophilous(path)),
      async () => check(await readHeterophilous(packed)),
    ]);
  },
};

const NODES = 9;

const arraysWith = (edges: Uint8Array): Record<string, Uint8Array> => ({
  'node_features.npy': npyBytes('<f4', 4, [NODES, 2]),
  'node_labels.npy': npyBytes('|u1', 1, [NODES]),
  'edges.npy': edges,
  'train_masks.npy': maskOf(0),
  'val_masks.npy': maskOf(1),
  'test_masks.npy': maskOf(2),
});

/** One split that has one node. */
function maskOf(node: number): Uint8Array {
  const mask = npyBytes('|b1', 1, [1, NODES]).slice();
  mask.fill(0, mask.length - NODES);
  mask[mask.length - NODES + node] = 1;
  return mask;
}

const ZIP = 'graph.zip';
const csv = (text: string | Uint8Array) => new Uint8Array(gzipSync(text));

/** Archives as they are, and mutated lines of numbers in archives that are right. */
export const ogb: FolderTarget = {
  name: 'ogb',
  folders: () => [{ [ZIP]: fromBase64(files().ogb.file) }, { [ZIP]: new TextEncoder().encode('0\n1\n0\n') }],
  runFolder: (folder) => {
    const path = join(folder, ZIP);
    const packed = join(folder, 'packed.zip');
    writeFileSync(packed, archiveWith(readFileSync(path)));
    return anyOf([async () => check(await readOgb(path)), async () => check(await readOgb(packed))]);
  },
};

const archiveWith = (labels: Uint8Array): Uint8Array =>
  zipOf({
    'g/raw/num-node-list.csv.gz': csv('3\n'),
    'g/raw/num-edge-list.csv.gz': csv('2\n'),
    'g/raw/edge.csv.gz': csv('0,1\n2,1\n'),
    'g/raw/node-feat.csv.gz': csv('1,2\n3,4\n5,6\n'),
    'g/raw/node-label.csv.gz': csv(labels),
    'g/split/time/train.csv.gz': csv('0\n'),
    'g/split/time/valid.csv.gz': csv('1\n'),
    'g/split/time/test.csv.gz': csv('2\n'),
  });
