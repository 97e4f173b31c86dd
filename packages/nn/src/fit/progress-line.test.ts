import { afterEach, expect, test, vi } from 'vitest';
import { sectorNet, sectors } from '../../test/problems.ts';
import { accuracy, fit, softmaxCrossEntropy, terminalProgress } from '../index.ts';

afterEach(() => vi.restoreAllMocks());

const options = {
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(64),
  metrics: { accuracy },
  epochs: 2,
  batchSize: 32,
};

test('a listener gets lines of epochs, the last among them', async () => {
  const lines: [string, boolean][] = [];
  const shares: [number, number][] = [];
  await fit({
    ...options,
    validation: sectors(20, 3),
    progress(line, last, { done, total }) {
      lines.push([line, last]);
      shares.push([done, total]);
    },
  });
  expect(lines[0]![0]).toMatch(/^epoch 1\/2, step 1\/2: loss \d/);
  expect(lines.at(-1)![0]).toMatch(/^epoch 2\/2: loss \d\S*, accuracy \d\S*; validation loss \d\S*, accuracy \d\S*$/);
  expect(lines.map(([, last]) => last).lastIndexOf(true)).toBe(lines.length - 1);
  expect(lines.filter(([, last]) => last)).toHaveLength(1);
  expect(shares[0]).toEqual([1, 4]);
  expect(shares.at(-1)).toEqual([4, 4]);
});

test('a terminal has one line that is written over, and anything else has none', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stderr = process.stderr as { isTTY?: boolean; columns?: number };
  const [isTTY, columns] = [stderr.isTTY, stderr.columns];
  try {
    stderr.isTTY = false;
    const progress = { done: 1, total: 4 };
    terminalProgress('epoch 1', true, progress);
    expect(write).not.toHaveBeenCalled();
    Object.assign(stderr, { isTTY: true, columns: 39 });
    terminalProgress('epoch 1/3', false, progress);
    terminalProgress('epoch', true, progress);
    expect(write.mock.calls.map(([text]) => text)).toEqual([
      '\r\u001b[K██████░░░░░░░░░░░░░░░░░░  25%  epoch 1',
      '\r\u001b[K██████░░░░░░░░░░░░░░░░░░  25%  epoch\n',
    ]);
  } finally {
    Object.assign(stderr, { isTTY, columns });
  }
});

test('a terminal is told how long a fit takes yet, each by its own pace', () => {
  vi.useFakeTimers();
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stderr = process.stderr as { isTTY?: boolean; columns?: number };
  const [isTTY, columns] = [stderr.isTTY, stderr.columns];
  const draw = (seconds: number) => {
    for (let done = 1; done <= 3; done++) {
      terminalProgress(`step ${done}`, done === 3, { done, total: 4 });
      vi.advanceTimersByTime(1000 * seconds);
    }
  };
  try {
    Object.assign(stderr, { isTTY: true, columns: 80 });
    draw(1);
    draw(10);
    expect(write.mock.calls.map(([text]) => /step.*/.exec(String(text))![0])).toEqual([
      'step 1',
      'step 2  2 s left',
      'step 3  1 s left',
      'step 1',
      'step 2  20 s left',
      'step 3  10 s left',
    ]);
  } finally {
    Object.assign(stderr, { isTTY, columns });
    vi.useRealTimers();
  }
});
