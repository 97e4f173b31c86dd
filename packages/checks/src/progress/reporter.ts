import { barLine, plainLine } from './line.ts';
import type { Progress } from './progress.ts';
import { createRateMeter } from './rate.ts';

/** Where progress is shown. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY: boolean;
  /** Characters a line holds. */
  readonly columns: number;
}

/** Shows how work goes: a bar on a terminal, a plain line every few seconds elsewhere. */
export interface ProgressReporter {
  progress(progress: Progress): void;
  /** Prints a sentence on a line of its own. */
  note(text: string): void;
  /** Removes the bar. */
  close(): void;
}

const BAR_SECONDS = 0.1;
const LINE_SECONDS = 5;
const ERASE_LINE = '\r\u001b[K';

/** @param now seconds */
export function createProgressReporter(
  output: ProgressOutput,
  now: () => number = () => performance.now() / 1000,
): ProgressReporter {
  const meter = createRateMeter(now);
  const interval = output.isTTY ? BAR_SECONDS : LINE_SECONDS;
  let shownAt = Number.NEGATIVE_INFINITY;
  let barIsShown = false;

  const eraseBar = () => {
    if (barIsShown) void output.write(ERASE_LINE);
    barIsShown = false;
  };
  return {
    progress(progress) {
      meter.update(progress.done);
      const time = now();
      if (time - shownAt < interval) return;
      shownAt = time;
      if (!output.isTTY) {
        void output.write(`${plainLine(progress, meter.rate())}\n`);
        return;
      }
      void output.write(ERASE_LINE + barLine(progress, meter.rate(), output.columns));
      barIsShown = true;
    },
    note(text) {
      eraseBar();
      void output.write(`${text}\n`);
    },
    close: eraseBar,
  };
}
