import { describe, expect, it } from 'vitest';
import { latest, once } from './once.ts';

describe('once', () => {
  it('makes when it is first asked, and no more', async () => {
    let count = 0;
    const made = once(() => ++count);
    expect(count).toBe(0);
    expect(await Promise.all([made(), made()])).toEqual([1, 1]);
    expect(await made()).toBe(1);
  });

  it('tries again after a failure', async () => {
    let count = 0;
    const made = once(async () => {
      if (++count === 1) throw new Error('not yet');
      return count;
    });
    await expect(made()).rejects.toThrow('not yet');
    expect(await made()).toBe(2);
  });
});

describe('latest', () => {
  it('keeps what was asked for last', async () => {
    const asked: string[] = [];
    const made = latest((key: string) => {
      asked.push(key);
      return key.toUpperCase();
    });
    for (const key of ['a', 'a', 'b', 'a']) expect(await made(key)).toBe(key.toUpperCase());
    expect(asked).toEqual(['a', 'b', 'a']);
  });
});
