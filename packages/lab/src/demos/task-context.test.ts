import { expect, it } from 'vitest';
import { taskContext } from './task-context.ts';

it('shows progress at most 30 times a second', async () => {
  const shown: number[] = [];
  const { progress } = taskContext<number>(new AbortController().signal, (value) => void shown.push(value));
  for (let i = 0; i < 1000; i++) await progress(() => i);
  expect(shown[0]).toBe(0);
  expect(shown.length).toBeLessThan(100);
});

it('lets other work in, and ends where it is aborted', async () => {
  const controller = new AbortController();
  const { progress } = taskContext<number>(controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 50);
  const loop = async () => {
    for (;;) await progress(() => 0);
  };
  await expect(loop()).rejects.toThrow('enough');
});
