import type { InferenceSession } from 'onnxruntime-common';
import type { SessionNeeds } from './backend.ts';

/**
 * How long a session's threads look out for work before they sleep, in microseconds: long enough for the gap between two steps, short
 * enough that threads of one session hardly take cores from the next. ONNX Runtime's own measure is tens of milliseconds, which made
 * solvers that alternate between sessions three times slower (docs/decisions/008-thread-spinning.md).
 */
const SPIN_MICROSECONDS = 200;

/** Session options that suit static training graphs: one operator at a time, every optimization. */
export const sessionOptions = (
  provider: string,
  threads: number,
  { plansMemory = true }: SessionNeeds = {},
): InferenceSession.SessionOptions => ({
  executionProviders: [provider],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  enableMemPattern: plansMemory,
  // Errors come back as exceptions; the log would repeat them on stderr.
  logSeverityLevel: 4,
  // Denormal numbers are up to a hundred times slower on x86 and carry nothing that training needs.
  extra: {
    // It would turn back the products that are turned for the sake of their bits (operators/product-form.ts).
    optimization: { disable_specified_optimizers: 'GemmTransposeFusion' },
    session: { set_denormal_as_zero: '1', intra_op: { spin_duration_us: String(SPIN_MICROSECONDS) } },
  },
});

/** @throws {RangeError} unless a thread count is a whole number of at least 1 */
export function checkThreads(threads: number): number {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`graph: threads is ${threads}; a whole number of at least 1 is needed`);
  }
  return threads;
}
