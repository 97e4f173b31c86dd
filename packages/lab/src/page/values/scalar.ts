import { numberIn } from '@unbraid/experiment/statistics';
import type { Scalar } from '../../api.ts';

/** The order of two values: numbers by size, then NaN, then text, and what is missing last whichever way is sorted. */
export function compareScalars(a: Scalar | undefined, b: Scalar | undefined, direction: 1 | -1): number {
  const [rankA, rankB] = [rank(a), rank(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (rankA === 0) return direction * (numberIn(a)! < numberIn(b)! ? -1 : numberIn(a)! > numberIn(b)! ? 1 : 0);
  if (rankA === 2) return direction * String(a).localeCompare(String(b), 'en', { numeric: true });
  return 0;
}

function rank(value: Scalar | undefined): number {
  if (value === undefined) return 3;
  const number = numberIn(value);
  if (number === undefined) return 2;
  return Number.isNaN(number) ? 1 : 0;
}
