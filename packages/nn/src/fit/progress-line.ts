import type { EpochRecord } from './fit-result.ts';
import type { Scores } from './scores.ts';

/** Is told how far a fit has come, in one line. `last` is true for the line after the last step. */
export type ProgressListener = (line: string, last: boolean) => void;

/** Milliseconds from one line to the next within an epoch. */
const PAUSE = 100;

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write?: (text: string) => unknown;
}

/**
 * Writes lines over one another to stderr where that is a terminal, and nothing where it isn't, as in a pipe, a log or a browser.
 */
export const terminalProgress: ProgressListener = (line, last) => {
  const { process } = globalThis as { readonly process?: { readonly stderr?: Terminal } };
  const stderr = process?.stderr;
  if (stderr?.isTTY !== true) return;
  // A longer line would wrap, and the next one would not cover it.
  const room = (stderr.columns ?? 80) - 1;
  stderr.write?.(`\r\u001b[K${line.slice(0, room)}${last ? '\n' : ''}`);
};

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

export function createReporter(tell: ProgressListener, { epochs, batches }: ProgressFacts): Reporter {
  let told = Number.NEGATIVE_INFINITY;
  return {
    step(step, loss) {
      const now = performance.now();
      if (now - told < PAUSE) return;
      told = now;
      const [epoch, at] = [Math.floor((step - 1) / batches) + 1, ((step - 1) % batches) + 1];
      tell(`epoch ${epoch}/${epochs}, step ${at}/${batches}: loss ${show(loss)}`, false);
    },
    epoch(record, last) {
      const now = performance.now();
      if (!last && now - told < PAUSE) return;
      told = now;
      const validation = record.validation ? `; validation ${showScores(record.validation)}` : '';
      tell(`epoch ${record.epoch}/${epochs}: ${showScores(record.training)}${validation}`, last);
    },
  };
}

const showScores = (scores: Scores): string =>
  Object.entries(scores)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join(', ');

const show = (value: number): string => String(Number(value.toPrecision(4)));
