import { expect, it } from 'vitest';
import { createWorkQueue } from './one-at-a-time.ts';

/** Work that ends when it is told to. */
function slow(log: string[], name: string) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = async () => {
    log.push(`${name} begins`);
    await ended;
    log.push(`${name} ends`);
    return name;
  };
  return { work, end };
}

it('does one thing after the other, also where one fails', async () => {
  const log: string[] = [];
  const [a, b] = [slow(log, 'a'), slow(log, 'b')];
  const queue = createWorkQueue();
  const first = queue.add(a.work);
  const failing = queue.add(async () => Promise.reject(new Error('no luck')));
  const second = queue.add(b.work);
  b.end();
  a.end();
  await expect(failing).rejects.toThrow('no luck');
  expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('ends what is at work when it is closed, and nothing else', async () => {
  const log: string[] = [];
  const [a, b] = [slow(log, 'a'), slow(log, 'b')];
  const queue = createWorkQueue();
  const first = queue.add(a.work);
  await Promise.resolve();
  const waiting = expect(queue.add(b.work)).rejects.toMatchObject({ code: 'state' });
  const closed = queue.close().then(() => log.push('closed'));
  a.end();
  b.end();
  await Promise.all([waiting, closed]);
  expect(await first).toBe('a');
  await expect(queue.add(b.work)).rejects.toThrow('lab: this is no longer wanted');
  expect(log).toEqual(['a begins', 'a ends', 'closed']);
});

it('does nothing that is given up before its turn has come', async () => {
  const log: string[] = [];
  const [a, b] = [slow(log, 'a'), slow(log, 'b')];
  const queue = createWorkQueue();
  const first = queue.add(a.work);
  const controller = new AbortController();
  const given = expect(queue.add(b.work, controller.signal)).rejects.toMatchObject({ code: 'state' });
  controller.abort();
  a.end();
  await Promise.all([first, given]);
  expect(log).toEqual(['a begins', 'a ends']);
});
