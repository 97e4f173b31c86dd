import type { InferenceSession } from 'onnxruntime-common';

/** Session options that suit static training graphs: one operator at a time, every optimization. */
export const sessionOptions = (provider: string, threads: number): InferenceSession.SessionOptions => ({
  executionProviders: [provider],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  // Errors come back as exceptions; the log would repeat them on stderr.
  logSeverityLevel: 4,
  // Denormal numbers are up to a hundred times slower on x86 and carry nothing that training needs.
  extra: { session: { set_denormal_as_zero: '1' } },
});

/** @throws {RangeError} unless a thread count is a whole number of at least 1 */
export function checkThreads(threads: number): number {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`graph: threads is ${threads}; a whole number of at least 1 is needed`);
  }
  return threads;
}
