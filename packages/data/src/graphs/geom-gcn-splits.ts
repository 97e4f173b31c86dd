import { join } from 'node:path';
import { readNpz } from '../read-npz.ts';
import type { GraphSplit } from './graph-data.ts';
import { splitOfMasks } from './masks.ts';

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
    splits.push(splitOfMasks({ train: train_mask.data, validation: val_mask.data, test: test_mask.data }, nodes, path));
  }
  return splits;
}
