import { expect, test } from 'vitest';
import { releaseKept, useKept } from './kept.ts';

/** Counts what is made, used and released. */
function counted() {
  const log: string[] = [];
  const keep = (owner: object, key: string) => ({
    owner,
    key,
    runtime: undefined,
    make: async () => {
      log.push(`make ${key}`);
      return { key, release: () => void log.push(`release ${key}`) };
    },
  });
  return { log, keep };
}

test('what is made is kept for the next call, and goes with releaseKept', async () => {
  const { log, keep } = counted();
  const owner = {};
  for (let i = 0; i < 3; i++) expect(await useKept(keep(owner, 'a'), async ({ key }) => key + i)).toBe(`a${i}`);
  await useKept(keep({}, 'a'), async () => {});
  await releaseKept(owner);
  await useKept(keep(owner, 'a'), async () => {});
  expect(log).toEqual(['make a', 'make a', 'release a', 'make a']);
});

test('of each owner the four that were used last are kept', async () => {
  const { log, keep } = counted();
  const owner = {};
  for (const key of 'abcdaeb') await useKept(keep(owner, key), async () => {});
  expect(log).toEqual(['make a', 'make b', 'make c', 'make d', 'make e', 'release b', 'make b', 'release c']);
});

test('calls that use the same thing wait for each other, and one that fails keeps nobody from it', async () => {
  const { keep } = counted();
  const owner = {};
  let busy = 0;
  const use = (fails: boolean) =>
    useKept(keep(owner, 'a'), async () => {
      expect(++busy).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy--;
      if (fails) throw new Error('no');
      return 'done';
    });
  const results = await Promise.allSettled([use(false), use(true), use(false)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('what could not be made is made anew', async () => {
  let tries = 0;
  const keeping = {
    owner: {},
    key: 'a',
    runtime: undefined,
    make: async () => {
      if (++tries === 1) throw new Error('not yet');
      return { release() {} };
    },
  };
  await expect(useKept(keeping, async () => 1)).rejects.toThrow('not yet');
  expect(await useKept(keeping, async () => 2)).toBe(2);
  expect(tries).toBe(2);
});
