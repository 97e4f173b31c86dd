import { readSweep, type SweepResults } from '@unbraid/experiment/sweep';
import { commandLine } from '../shell.ts';

/** What a sweep tells besides its summary. */
export interface SweepOutcome {
  /** For `--json`: its trials, its configurations, and the best with the command that does it again. */
  readonly results: object;
  /** Sentences that the user should read. */
  readonly notices: readonly string[];
}

/** @param program how the user calls this command */
export async function sweepOutcome(directory: string, program: string): Promise<SweepOutcome> {
  const { trials, configurations, best } = await readSweep(directory);
  const command = best === null ? undefined : commandLine(program, best.words);
  const failed = trials.filter(({ status }) => status === 'failed');
  const incomplete = configurations.filter(({ score }) => score === null).length;
  return {
    results: {
      trials,
      configurations,
      best: best === null ? null : withCommand(best, command!),
    },
    notices: [
      ...(failed.length > 0
        ? [`${failed.length} of ${trials.length} trials failed, the first of: ${failed[0]!.error ?? ''}`]
        : []),
      ...(best !== null && incomplete > 0 ? [incompleteNotice(incomplete)] : []),
      ...(command === undefined ? [] : [`The best trial again: ${command}`]),
    ],
  };
}

const incompleteNotice = (count: number) =>
  `${count} ${count === 1 ? 'configuration was' : 'configurations were'} not compared: a trial failed, was stopped, or its metric is no finite number`;

/** The best, by the command that does it again instead of its words. */
function withCommand({ words: _, ...best }: NonNullable<SweepResults['best']>, command: string) {
  return { ...best, command };
}
