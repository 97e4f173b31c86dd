import { formatDuration } from './duration.ts';
import type { Progress } from './progress.ts';

const BAR_WIDTH = 24;

function share({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}

function rateText(rate: number): string {
  const [count, unit] = rate >= 1 ? [rate, 's'] : rate * 60 >= 1 ? [rate * 60, 'min'] : [rate * 3600, 'h'];
  const digits = count < 10 ? 1 : 0;
  return `${count.toFixed(digits)}/${unit}`;
}

function counts(progress: Progress, rate: number | undefined): string[] {
  const { done, total, label = '' } = progress;
  // A unit that is on its way counts for a part of one.
  const parts = [
    `${Math.floor(done).toLocaleString('en-US')} of ${total.toLocaleString('en-US')}${label && ` ${label}`}`,
  ];
  if (rate === undefined) return parts;
  return [...parts, rateText(rate), ...leftText(progress, rate)];
}

/** `12 s left`; nothing at the end, or while there is too little to tell. */
export function leftText({ done, total }: Progress, rate: number | undefined): string[] {
  return rate === undefined || done >= total ? [] : [`${formatDuration(Math.ceil((total - done) / rate))} left`];
}

/** `██████░░░░░░░░░░░░░░░░░░  25%` */
export function bar(progress: Progress): string {
  const filled = Math.round(share(progress) * BAR_WIDTH);
  const percent = `${Math.floor(share(progress) * 100)}%`.padStart(5);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled) + percent;
}

/** `45%, 12 of 27 fits, 1.3/s, 12 s left: m = 1000` */
export function plainLine(progress: Progress, rate: number | undefined): string {
  const percent = `${Math.floor(share(progress) * 100)}%`;
  const detail = progress.detail === undefined ? '' : `: ${progress.detail}`;
  return [percent, ...counts(progress, rate)].join(', ') + detail;
}

/** The same as one line of a terminal, with a bar; never wider than `columns`. */
export function barLine(progress: Progress, rate: number | undefined, columns: number): string {
  const line = [bar(progress), ...counts(progress, rate), ...(progress.detail ? [progress.detail] : [])].join('  ');
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}
