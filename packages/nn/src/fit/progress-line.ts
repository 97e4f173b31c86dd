import { type ProgressListener, shownNumber as show, terminalBar } from '@unbraid/checks/progress';
import type { EpochRecord } from './fit-result.ts';
import type { Scores } from './scores.ts';

/** Milliseconds from one line to the next within an epoch. */
const PAUSE = 100;

/** Writes lines over one another to stderr, behind a bar, where that is a terminal, and nothing where it isn't, as in a pipe, a log or a browser. */
export const terminalProgress: ProgressListener = terminalBar();

export interface ProgressFacts {
  readonly epochs: number;
  /** Steps in an epoch. */
  readonly batches: number;
}

/** What tells a listener of a fit's progress, at most every 100 ms. */
export interface Reporter {
  /** After a step, counted from 1, with the loss of its batch. */
  step(step: number, loss: number): void;
  /** After an epoch; `last` where it ends the fit. */
  epoch(record: EpochRecord, last: boolean): void;
}

export function createReporter(listener: ProgressListener, { epochs, batches }: ProgressFacts): Reporter {
  let told = Number.NEGATIVE_INFINITY;
  const tell = (line: string, last: boolean, done: number) =>
    listener(line, last, { done, total: epochs * batches, label: 'steps' });
  return {
    step(step, loss) {
      const now = performance.now();
      if (now - told < PAUSE) return;
      told = now;
      const [epoch, at] = [Math.floor((step - 1) / batches) + 1, ((step - 1) % batches) + 1];
      tell(`epoch ${epoch}/${epochs}, step ${at}/${batches}: loss ${show(loss)}`, false, step);
    },
    epoch(record, last) {
      const now = performance.now();
      if (!last && now - told < PAUSE) return;
      told = now;
      const validation = record.validation ? `; validation ${showScores(record.validation)}` : '';
      tell(`epoch ${record.epoch}/${epochs}: ${showScores(record.training)}${validation}`, last, record.step);
    },
  };
}

const showScores = (scores: Scores): string =>
  Object.entries(scores)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join(', ');
