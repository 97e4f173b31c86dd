import { expect, it } from 'vitest';
import { createProgressReporter } from './reporter.ts';

function recorded(isTTY: boolean) {
  let time = 0;
  const written: string[] = [];
  const write = async (text: string) => void written.push(text);
  const reporter = createProgressReporter({ isTTY, columns: 60, write }, () => time);
  /** Reports 1000 steps over `seconds`. */
  const run = (seconds: number) => {
    for (let i = 1; i <= 1000; i++) {
      time += seconds / 1000;
      reporter.progress({ done: i, total: 1000 });
    }
  };
  return { reporter, written, run };
}

it('writes a line at most every five seconds where there is no terminal', () => {
  const { written, run } = recorded(false);
  run(60);
  expect(written.length).toBeGreaterThanOrEqual(11);
  expect(written.length).toBeLessThanOrEqual(13);
  for (const line of written) expect(line).toMatch(/^\d+%, [\d,]+ of 1,000(, .*)?\n$/);
});

it('redraws one line of a terminal and takes it away for notes and at the end', () => {
  const { reporter, written, run } = recorded(true);
  run(1);
  expect(written.length).toBeLessThanOrEqual(11);
  for (const line of written) expect(line).toMatch(/^\r.\[K[█░]+/);
  written.length = 0;
  reporter.note('a note');
  reporter.close();
  expect(written).toEqual(['\r\u001b[K', 'a note\n']);
});
