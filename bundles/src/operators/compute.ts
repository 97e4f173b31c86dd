import type { Runtime } from '../../../packages/graph/src/index.ts';
import { type Case, cases } from './cases.ts';

/** What came of a case: its results, or the message of the error that ended it. */
export type Computed = { readonly results: Readonly<Record<string, Result>> } | { readonly failure: string };

/** A result: all entries, or of a long one some, and a digest of the bits of all. */
export interface Result {
  readonly entries: readonly JsonNumber[];
  readonly digest: string;
}

/** A number as JSON has it: NaN, infinities and −0 are texts. */
export type JsonNumber = number | string;

const MOST_ENTRIES = 2000;

/** Which cases are computed. */
export interface Choice {
  readonly kinds: readonly Case['kind'][];
  readonly dtypes: readonly Case['dtype'][];
  /** All by default. */
  readonly operators?: readonly string[];
}

export const chosenCases = ({ kinds, dtypes, operators }: Choice): readonly Case[] =>
  cases.filter(
    ({ kind, dtype, operator }) =>
      kinds.includes(kind) && dtypes.includes(dtype) && (operators?.includes(operator) ?? true),
  );

/** What came of the chosen cases, by their names. */
export async function computeCases(runtime: Runtime, choice: Choice): Promise<Record<string, Computed>> {
  const computed: Record<string, Computed> = {};
  for (const each of chosenCases(choice)) computed[nameOf(each)] = await compute(each, runtime);
  return computed;
}

export const nameOf = ({ kind, operator, dtype }: Case): string => `${kind}: ${operator}, ${dtype}`;

async function compute(each: Case, runtime: Runtime): Promise<Computed> {
  try {
    const results = Object.entries(await each.run(runtime));
    return { results: Object.fromEntries(results.map(([name, result]) => [name, summary(result)])) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function summary(result: ArrayLike<number>): Result {
  return {
    entries: Array.from({ length: Math.min(result.length, MOST_ENTRIES) }, (_, i) => toJson(result[i]!)),
    digest: digestOf(result),
  };
}

const toJson = (x: number): JsonNumber => (!Number.isFinite(x) || Object.is(x, -0) ? (x === 0 ? '-0' : String(x)) : x);

/** FNV-1a over the bits of numbers in float64, all NaN as one. */
function digestOf(numbers: ArrayLike<number>): string {
  const bits = new Uint32Array(Float64Array.from(numbers, (x) => (Number.isNaN(x) ? Number.NaN : x)).buffer);
  let hash = 0x811c9dc5;
  for (const word of bits) hash = Math.imul(hash ^ word, 0x01000193);
  return `${bits.length / 2}:${(hash >>> 0).toString(16)}`;
}
