/** What the process that runs cases is told on its command line, as JSON. */
export interface Assignment {
  readonly target: string;
  readonly seed: number;
  /** Numbers of cases, from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
}

/** What it says about them, in this order: ready; then for each case that it begins it, and how it went. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begin'; readonly number: number; readonly fileBytes: number; readonly residentBytes: number }
  | { readonly kind: 'end'; readonly number: number; readonly result: CaseResult };

export interface CaseResult {
  readonly accepted: boolean;
  /** Milliseconds of computing, all threads of the process together. */
  readonly computingMs: number;
  /** By how much memory grew beyond what it was before the case, at its highest. */
  readonly grownBytes: number;
  /** What the reader threw, where it refused. */
  readonly thrown?: string;
  /** What is wrong, where something is. */
  readonly finding?: string;
}

/** Memory that a case of so many bytes may take. */
export function memoryLimit(fileBytes: number): number {
  return 20 * fileBytes + 64 * 2 ** 20;
}

/** Milliseconds of computing that a case may take, unless the target says so. */
export const LIMIT_MS = 2000;

/** Milliseconds by the clock in which the examples are read. */
export const STARTING_LIMIT_MS = 300_000;

/** Milliseconds by the clock after which a case that computes nothing waits for what never comes. */
export const WAITING_LIMIT_MS = 60_000;
