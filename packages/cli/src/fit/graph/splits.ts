import { InputError, showValue } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import type { Column } from '@unbraid/table';
import { textsOf } from './node-table.ts';
import type { NodeTargets } from './targets.ts';

/** Nodes by what they are used for. */
export interface Parts {
  /** Learned from. */
  readonly train: Int32Array;
  /** Chosen by. */
  readonly validation: Int32Array;
  /** Measured on. */
  readonly test: Int32Array;
}

/** Parts that a column gives. */
export interface GivenParts extends Parts {
  readonly notices: readonly string[];
}

const NAMES: Readonly<Record<keyof Parts, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['valid', 'validation', 'val', 'dev'],
  test: ['test', 'testing'],
};

/**
 * The parts that a column of the nodes says, of those that something is known of. Nodes without an entry, and `none`, are in no part.
 * @throws {InputError} for an entry that is no part, and a part without nodes
 */
export function partsIn(column: Column, strata: Int32Array): GivenParts {
  const where = `fit: --split ${showValue(column.name)}`;
  if (column.kind !== 'text')
    throw new InputError(
      'data',
      `${where}: the column holds no texts; it has to say train, valid or test (or --split random)`,
    );
  const nodes: Record<keyof Parts, number[]> = { train: [], validation: [], test: [] };
  let unlabelled = 0;
  for (const [node, text] of textsOf(column, column.name).entries()) {
    if (text === undefined || text.toLowerCase() === 'none') continue;
    const part = (Object.keys(NAMES) as (keyof Parts)[]).find((name) => NAMES[name].includes(text.toLowerCase()));
    if (part === undefined)
      throw new InputError(
        'data',
        `${where} says ${showValue(text)} at row ${node} (counted from 0); train, valid, test or nothing is known`,
      );
    if (strata[node]! >= 0) nodes[part].push(node);
    else unlabelled++;
  }
  const empty = (Object.keys(nodes) as (keyof Parts)[]).find((part) => nodes[part].length === 0);
  if (empty)
    throw new InputError('data', `${where}: no labelled node is for ${empty}; write ${NAMES[empty][0]} at some`);
  const { train, validation, test } = nodes;
  return {
    train: Int32Array.from(train),
    validation: Int32Array.from(validation),
    test: Int32Array.from(test),
    notices:
      unlabelled > 0
        ? [
            `${unlabelled} nodes have a part in ${showValue(column.name)} and no target: they only take part in the graph`,
          ]
        : [],
  };
}

/** How splits are drawn. */
export interface Drawing {
  /** Each class in the same proportions, or all labelled nodes at random. */
  readonly stratified: boolean;
  /** Parts of the labelled nodes; the test is what is left. */
  readonly train: number;
  readonly validation: number;
}

/**
 * Parts of the labelled nodes, drawn. @param strata the class of each node, of so many, −1 where nothing is known of it
 *
 * Class by class, the nodes of a class of fewer than 3 are all learned from.
 * @throws {InputError} where there are too few of them
 */
export function drawParts(
  strata: Int32Array,
  count: number,
  { stratified, train, validation }: Drawing,
  seed: number,
): Parts {
  if (train + validation >= 1)
    throw new InputError(
      'setting',
      `fit: train ${train} and validation ${validation} leave nothing to test; they have to add up to less than 1`,
    );
  const random = createRandom(seed);
  const groups: number[][] = Array.from({ length: stratified ? count : 1 }, () => []);
  for (const [node, stratum] of strata.entries()) if (stratum >= 0) groups[stratified ? stratum : 0]!.push(node);
  const parts: Record<keyof Parts, number[]> = { train: [], validation: [], test: [] };
  const add = (part: keyof Parts, nodes: readonly number[]) => {
    for (const node of nodes) parts[part].push(node);
  };
  for (const [k, group] of groups.entries()) {
    // Of so few none can be spared for choosing or testing; `rareClassNotice` has told of them.
    if (group.length < 3) {
      add('train', group);
      continue;
    }
    const order = Array.from(random.split(k).permutation(group.length), (at) => group[at]!);
    const { length } = group;
    const first = Math.min(length - 2, Math.max(1, Math.round(train * length)));
    const second = Math.min(length - 1, Math.max(first + 1, Math.round((train + validation) * length)));
    add('train', order.slice(0, first));
    add('validation', order.slice(first, second));
    add('test', order.slice(second));
  }
  if (parts.test.length === 0)
    throw new InputError(
      'data',
      stratified
        ? 'fit: no class has the 3 labelled nodes that it takes to train, choose and test; label more, or take --split random'
        : 'fit: fewer than 3 nodes are labelled, and to train, choose and test takes 3; label more',
    );
  const sorted = (nodes: number[]) => Int32Array.from(nodes).sort();
  return { train: sorted(parts.train), validation: sorted(parts.validation), test: sorted(parts.test) };
}

/** Whether a drawn split keeps the proportions of the classes; labels and quantities have none. */
export const isStratified = (split: string, { labels }: NodeTargets): boolean =>
  labels !== undefined && split !== 'random';
