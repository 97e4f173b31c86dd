import { InputError, showValue } from '@unbraid/checks';

/** Which choices are allowed: 1 or true for each that is, in one list, or in one for each of several choices, as Gymnasium's. */
export type ActionMask = ArrayLike<number | boolean> | readonly ArrayLike<number | boolean>[];

/** The key of masks in infos, as in Gymnasium's and PettingZoo's environments. */
export const ACTION_MASK = 'action_mask';

/**
 * Writes a mask as 0 and 1 to `out` from entry `at` on; without a mask all is allowed.
 * @param choices how many each of the choices at once has
 * @throws {InputError} `data`, for a mask of another length, or one that allows nothing
 */
export function writeActionMask(mask: unknown, choices: readonly number[], out: Uint8Array, at: number): void {
  const size = choices.reduce((sum, n) => sum + n, 0);
  if (mask === undefined) {
    out.fill(1, at, at + size);
    return;
  }
  const entries = entriesOf(mask);
  if (entries.length !== size)
    throw new InputError(
      'data',
      `learners: an action mask has ${entries.length} entries, the action space has ${size} choices; give one for each`,
    );
  let next = 0;
  for (const [i, n] of choices.entries()) {
    let allowed = 0;
    for (let k = 0; k < n; k++, next++) {
      const entry = Number(Boolean(entries[next]));
      out[at + next] = entry;
      allowed += entry;
    }
    if (allowed > 0) continue;
    const which = choices.length > 1 ? ` for choice ${i} (counted from 0)` : '';
    throw new InputError('data', `learners: an action mask allows nothing${which}; end the episode in such a state`);
  }
}

function entriesOf(mask: unknown): ArrayLike<unknown> {
  if (ArrayBuffer.isView(mask)) return mask as Uint8Array;
  if (!Array.isArray(mask))
    throw new InputError('data', `learners: an action mask is ${showValue(mask)}; a list of 0 and 1 is needed`);
  const nested = mask.some((part) => typeof part === 'object' && part !== null);
  return nested ? (mask as ArrayLike<unknown>[]).flatMap((part) => Array.from(part)) : mask;
}
