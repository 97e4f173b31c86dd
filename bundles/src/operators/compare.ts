import { differ } from '../../../packages/graph/test/differ.ts';
import type { Case } from './cases.ts';
import type { Computed, JsonNumber } from './compute.ts';

/** How far results may be apart: relative to the larger of 1 and the largest entry, or entry by entry at special numbers. */
export interface Tolerance {
  readonly float32: number;
  readonly float64: number;
}

/** Of results that other kernels, or another processor's, compute. */
const CLOSE: Tolerance = { float32: 2e-6, float64: 1e-13 };

/** Of special numbers: relative, and below which they count as 0. */
const AT_SPECIAL = { float32: [3e-6, 1.2e-38], float64: [2e-14, 2.3e-308] } as const;

/** Where two computations of a case differ in a bit, a line each. */
export function bitsThatDiffer(actual: Computed, expected: Computed): string[] {
  if (!('results' in actual && 'results' in expected)) return [failureOf(actual), failureOf(expected)];
  return Object.entries(expected.results).flatMap(([name, { digest, entries }]) => {
    const ours = actual.results[name];
    return ours?.digest === digest ? [] : [`${name}: ${ours?.entries.slice(0, 8)} …, not ${entries.slice(0, 8)} …`];
  });
}

/** Where two computations of a case are further apart than they may be, a line each. */
export function furtherApart(each: Case, actual: Computed, expected: Computed, tolerance = CLOSE): string[] {
  if (!('results' in actual && 'results' in expected)) return [failureOf(actual), failureOf(expected)];
  return Object.entries(expected.results).flatMap(([name, { entries }]) => {
    const [ours, theirs] = [numbers(actual.results[name]?.entries ?? []), numbers(entries)];
    if (ours.length !== theirs.length) return [`${name} has ${ours.length} entries, not ${theirs.length}`];
    const areApart = each.kind === 'special' ? apartAtSpecial(each) : apartAsWhole(each, theirs, tolerance);
    return theirs.flatMap((x, i) => (areApart(ours[i]!, x) ? [`${name}[${i}] is ${ours[i]}, not ${x}`] : []));
  });
}

/** Whether a number is too far from the one that is expected. */
type Apart = (actual: number, expected: number) => boolean;

const apartAtSpecial =
  ({ dtype }: Case): Apart =>
  (actual, expected) =>
    differ(actual, expected, AT_SPECIAL[dtype as keyof typeof AT_SPECIAL]);

function apartAsWhole({ dtype }: Case, all: readonly number[], tolerance: Tolerance): Apart {
  const scale = all.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const most = tolerance[dtype as keyof Tolerance] * scale;
  return (actual, expected) => !(Math.abs(actual - expected) <= most);
}

const numbers = (entries: readonly JsonNumber[]): number[] => entries.map(Number);

const failureOf = (computed: Computed): string => ('failure' in computed ? computed.failure : 'computed');
