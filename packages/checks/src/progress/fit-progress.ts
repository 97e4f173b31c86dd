import { bar, leftText } from './line.ts';
import type { Progress } from './progress.ts';
import { createRateMeter } from './rate.ts';

/** Is told how far work has come, in one line, and in numbers. `last` is true for the line after which nothing more comes. */
export type ProgressListener = (line: string, last: boolean, progress: Progress) => void;

/** Milliseconds from one line to the next. */
const PAUSE = 100;

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write?: (text: string) => unknown;
}

/**
 * A listener that draws a bar with the line behind it, over and over, to stderr where that is a terminal, and nothing where it isn't, as in a pipe, a log or a browser.
 * It may be told of fits one after the other.
 */
export function terminalBar(): ProgressListener {
  const begun = () => createRateMeter(() => performance.now() / 1000);
  let meter = begun();
  return (line, last, progress) => {
    meter.update(progress.done);
    const rate = meter.rate();
    // What comes behind the last line is another fit's, which has a pace of its own.
    if (last) meter = begun();
    const { process } = globalThis as { readonly process?: { readonly stderr?: Terminal } };
    const stderr = process?.stderr;
    if (stderr?.isTTY !== true) return;
    const parts = [bar(progress), line, ...leftText(progress, rate)];
    // A longer line would wrap, and the next one would not cover it.
    const room = (stderr.columns ?? 80) - 1;
    stderr.write?.(`\r\u001b[K${parts.join('  ').slice(0, room)}${last ? '\n' : ''}`);
  };
}

/** Tells a listener how far a fit is, ten times a second at most. */
export interface FitProgress {
  /** @param line what happens at `done`, made only where it is told */
  tell(done: number, line: () => string): void;
  /** Tells the last line once more, as the last; nothing where none was told. */
  end(): void;
}

/**
 * What the option `progress` of a fit asks for: true for `terminalBar`, a function for itself.
 * @param work how many there will be at most, and of what: `epochs`
 */
export function fitProgress(
  option: boolean | ProgressListener | undefined,
  work: Required<Pick<Progress, 'total' | 'label'>>,
): FitProgress | undefined {
  if (option === undefined || option === false) return undefined;
  const listener = option === true ? terminalBar() : option;
  let told = Number.NEGATIVE_INFINITY;
  let latest: { readonly done: number; readonly line: () => string } | undefined;
  return {
    tell(done, line) {
      latest = { done, line };
      const now = performance.now();
      if (now - told < PAUSE) return;
      told = now;
      listener(line(), false, { ...work, done });
    },
    end() {
      if (latest !== undefined) listener(latest.line(), true, { ...work, done: latest.done });
      latest = undefined;
    },
  };
}

/** A number for a line: four significant digits. */
export const shownNumber = (value: number): string => String(Number(value.toPrecision(4)));
