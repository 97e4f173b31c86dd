import { expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';
import { taskContext } from './task-context.ts';

it('one task at a time has the engine, and the next when it shows progress, ends or fails', async () => {
  const turn = inTurns();
  let inside = 0;
  const order: string[] = [];
  const work = turn(async (name: string, { progress }) => {
    for (let i = 0; i < 3; i++) {
      expect(++inside).toBe(1);
      order.push(name);
      await new Promise((resolve) => void setTimeout(resolve, 2));
      if (name === 'c') {
        inside--;
        throw new Error('c failed');
      }
      inside--;
      await progress(() => undefined);
    }
  });
  const context = () => taskContext<unknown>(new AbortController().signal);
  const ends = await Promise.allSettled(['a', 'c', 'b'].map((name) => work(name, context())));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order.filter((name) => name === 'a')).toHaveLength(3);
  expect(order.indexOf('b')).toBeLessThan(order.lastIndexOf('a'));
});

it('a task that was cancelled before its turn does nothing, and keeps nobody waiting', async () => {
  const turn = inTurns();
  const controller = new AbortController();
  controller.abort(new Error('not wanted'));
  const cancelled = turn(async (_: undefined) => 'done')(undefined, taskContext<unknown>(controller.signal));
  await expect(cancelled).rejects.toThrow('not wanted');
  await expect(turn(async () => 'done')(undefined, taskContext<unknown>(new AbortController().signal))).resolves.toBe(
    'done',
  );
});
