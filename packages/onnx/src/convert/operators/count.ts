import type { NodeContext } from '../converter.ts';

/** Entries that are worked out when a graph is built: more are no shapes, positions or masks, but a damaged file. */
const MOST = 2 ** 26;

/** A number of entries to work out. @throws {InputError} `model`, for one that is too large or is none */
export function counted(node: NodeContext, count: number, most = MOST): number {
  if (count >= 0 && count <= most) return count;
  return node.fail(`it asks for ${count} entries, more than ${most}`);
}
