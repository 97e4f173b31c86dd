import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fitProgress, type ProgressListener } from './fit-progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('tells a function ten times a second at most, and the end', () => {
  const listener = vi.fn<ProgressListener>();
  const progress = fitProgress(listener, { total: 100, label: 'epochs' });
  const line = vi.fn(() => 'a line');
  for (let done = 1; done <= 25; done++) {
    progress!.tell(done, line);
    vi.advanceTimersByTime(20);
  }
  expect(line).toHaveBeenCalledTimes(5);
  progress!.end();
  progress!.end();
  expect(listener.mock.calls.map(([text, last, { done, total, label }]) => [text, last, done, total, label])).toEqual([
    ...[1, 6, 11, 16, 21].map((done) => ['a line', false, done, 100, 'epochs']),
    ['a line', true, 25, 100, 'epochs'],
  ]);
});

it('tells nothing where nothing was asked for, or nothing happened', () => {
  const listener = vi.fn<ProgressListener>();
  fitProgress(listener, { total: 1, label: 'epochs' })!.end();
  expect(listener).not.toHaveBeenCalled();
  expect(fitProgress(false, { total: 1, label: 'epochs' })).toBeUndefined();
  expect(fitProgress(undefined, { total: 1, label: 'epochs' })).toBeUndefined();
});

it('draws a bar over and over on a terminal, no longer than its line, and nothing elsewhere', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stderr = process.stderr as { isTTY?: boolean; columns?: number };
  const [isTTY, columns] = [stderr.isTTY, stderr.columns];
  const draw = () => {
    const progress = fitProgress(true, { total: 4, label: 'epochs' })!;
    for (let done = 1; done <= 2; done++) {
      progress.tell(done, () => `epoch ${done}/4: loss 0.5`);
      vi.advanceTimersByTime(1000);
    }
    progress.end();
  };
  try {
    stderr.isTTY = false;
    draw();
    expect(write).not.toHaveBeenCalled();
    Object.assign(stderr, { isTTY: true, columns: 80 });
    draw();
    expect(write.mock.calls.map(([text]) => text)).toEqual([
      '\r\u001b[K██████░░░░░░░░░░░░░░░░░░  25%  epoch 1/4: loss 0.5',
      '\r\u001b[K████████████░░░░░░░░░░░░  50%  epoch 2/4: loss 0.5  2 s left',
      '\r\u001b[K████████████░░░░░░░░░░░░  50%  epoch 2/4: loss 0.5  2 s left\n',
    ]);
    write.mockClear();
    stderr.columns = 30;
    draw();
    for (const [text] of write.mock.calls)
      expect(String(text).replace('\r\u001b[K', '').trimEnd().length).toBeLessThan(30);
  } finally {
    Object.assign(stderr, { isTTY, columns });
  }
});
