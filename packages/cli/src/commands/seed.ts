import { UsageError } from '@unbraid/experiment';

/** @throws UsageError for a text that is no seed */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new UsageError(`--seed ${text}: a seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
}
