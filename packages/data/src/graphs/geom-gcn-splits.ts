import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { readNpz } from '../read-npz.ts';
import type { GraphSplit } from './graph-data.ts';

/** Splits that geom-gcn has of each set. */
const SPLITS = 10;

/**
 * The ten splits of a set, from `splits/NAME_split_0.6_0.2_N.npz`. A node may be in none of the three masks of a split, but not in two.
 *
 * @throws as `readNpz`, or InputError where the masks overlap, are not of `nodes` nodes, hold something else than 0 and 1, or choose nobody to train on
 */
export async function readGeomGcnSplits(folder: string, name: string, nodes: number): Promise<GraphSplit[]> {
  const splits: GraphSplit[] = [];
  for (let i = 0; i < SPLITS; i++) {
    const path = join(folder, 'splits', `${name}_split_0.6_0.2_${i}.npz`);
    const { train_mask, val_mask, test_mask } = await readNpz(path, ['train_mask', 'val_mask', 'test_mask']);
    const masks = { train: train_mask.data, validation: val_mask.data, test: test_mask.data };
    for (const [part, mask] of Object.entries(masks)) checkMask(mask, nodes, `the ${part} mask in ${path}`);
    for (let node = 0; node < nodes; node++) {
      if (Object.values(masks).filter((mask) => isSet(mask[node])).length > 1)
        throw new InputError('file', `data: the masks in ${path} overlap at node ${node}`);
    }
    const split = { train: chosen(masks.train), validation: chosen(masks.validation), test: chosen(masks.test) };
    if (split.train.length === 0) throw new InputError('file', `data: the train mask in ${path} chooses no node`);
    splits.push(split);
  }
  return splits;
}

type Mask = ArrayLike<number | bigint>;

const isSet = (entry: number | bigint | undefined): boolean => Number(entry) === 1;

function checkMask(mask: Mask, nodes: number, what: string): void {
  if (mask.length !== nodes)
    throw new InputError('file', `data: ${what} has ${mask.length} entries, the graph has ${nodes} nodes`);
  for (let node = 0; node < nodes; node++) {
    const entry = Number(mask[node]);
    if (entry !== 0 && entry !== 1)
      throw new InputError('file', `data: ${what} has ${entry} at node ${node}; 0 or 1 is needed`);
  }
}

function chosen(mask: Mask): Int32Array {
  const nodes: number[] = [];
  for (let node = 0; node < mask.length; node++) if (isSet(mask[node])) nodes.push(node);
  return Int32Array.from(nodes);
}
