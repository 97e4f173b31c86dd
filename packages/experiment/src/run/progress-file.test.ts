import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { openProgressFile, readProgress } from './progress-file.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(verify: () => void = () => undefined) {
  const directory = temporaryFolder();
  return { directory, file: openProgressFile(directory, { seconds: () => performance.now() / 1000, verify }) };
}

it('is written at once, then once a second at most, and never older than a second', async () => {
  const { directory, file } = opened();
  file.update({ done: 0, total: 10 });
  expect(await readProgress(directory)).toMatchObject({ done: 0, total: 10 });
  for (let done = 1; done <= 4; done++) {
    vi.advanceTimersByTime(200);
    file.update({ done, total: 10, label: 'fits', detail: 'm = 3' });
  }
  expect(await readProgress(directory)).toMatchObject({ done: 0 });
  vi.advanceTimersByTime(200);
  expect(await readProgress(directory)).toMatchObject({ done: 4, label: 'fits', detail: 'm = 3', secondsLeft: 1.2 });
  vi.advanceTimersByTime(5000);
  file.update({ done: 5, total: 10 });
  expect(await readProgress(directory)).toMatchObject({ done: 5 });
  expect(readdirSync(directory)).toEqual(['progress.json']);
});

it('is written at the end, and never afterwards', async () => {
  const { directory, file } = opened();
  file.update({ done: 0, total: 2 });
  file.update({ done: 2, total: 2 });
  file.end();
  expect(await readProgress(directory)).toMatchObject({ done: 2, secondsLeft: 0 });
  vi.advanceTimersByTime(5000);
  file.update({ done: 0, total: 2 });
  vi.advanceTimersByTime(5000);
  expect(await readProgress(directory)).toMatchObject({ done: 2 });
});

it("is not written where the directory is another process's by now", () => {
  const { directory, file } = opened(() => {
    throw new Error('taken');
  });
  file.update({ done: 1, total: 2 });
  file.end();
  expect(existsSync(join(directory, 'progress.json'))).toBe(false);
});

it.each(['', '{', '{}', '{"done":1,"total":"2","seconds":1,"at":""}'])('reads nothing of %j', async (content) => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'progress.json'), content);
  expect(await readProgress(directory)).toBeUndefined();
});
