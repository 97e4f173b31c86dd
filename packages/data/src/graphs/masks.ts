import { InputError } from '@unbraid/checks';
import type { GraphSplit } from './graph-data.ts';

/** An entry for each node, 0 or 1. */
export type Mask = ArrayLike<number | bigint>;

/** The masks of a split. */
export type SplitMasks = { readonly [Part in keyof GraphSplit]: Mask };

/**
 * The split that three masks tell. A node may be in none of them, but not in two.
 *
 * @param place where the masks stand, for messages: `the train mask in PLACE`
 * @throws InputError where the masks overlap, are not of `nodes` nodes, hold something else than 0 and 1, or choose nobody to train on
 */
export function splitOfMasks(masks: SplitMasks, nodes: number, place: string): GraphSplit {
  for (const [part, mask] of Object.entries(masks)) checkMask(mask, nodes, `the ${part} mask in ${place}`);
  for (let node = 0; node < nodes; node++) {
    if (Object.values(masks).filter((mask) => isSet(mask[node])).length > 1)
      throw new InputError('file', `data: the masks in ${place} overlap at node ${node}`);
  }
  const split = { train: chosen(masks.train), validation: chosen(masks.validation), test: chosen(masks.test) };
  if (split.train.length > 0) return split;
  throw new InputError('file', `data: the train mask in ${place} chooses no node`);
}

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
