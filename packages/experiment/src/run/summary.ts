import { RunError } from '../errors.ts';
import type { Experiment } from '../experiment.ts';
import type { Summary } from '../values.ts';
import { plainScalars } from './metrics.ts';

/**
 * A run's summary as it is written: NaN and the infinities as text, and the duration where it is explained and left out.
 * @throws {RunError} for a result that the experiment doesn't explain
 */
export function completeSummary({ name, summary: meanings }: Experiment, result: Summary, seconds: number): Summary {
  const unexplained = Object.keys(result).filter((key) => !Object.hasOwn(meanings, key));
  if (unexplained.length > 0) {
    throw new RunError(`experiment: ${name} returned ${unexplained.join(', ')}, which its summary does not explain`);
  }
  const summary = plainScalars(`the summary of ${name}`, result);
  return Object.hasOwn(meanings, 'seconds') && summary.seconds === undefined ? { ...summary, seconds } : summary;
}
