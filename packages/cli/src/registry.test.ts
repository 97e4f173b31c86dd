import type { Experiment } from '@unbraid/experiment';
import { expect, it } from 'vitest';
import { createRegistry } from './registry.ts';

const named = (name: string) => ({ name }) as Experiment;

it('loads only the system that a name belongs to', async () => {
  const registry = createRegistry({
    galu: async () => [named('galu/memorize'), named('galu/compare')],
    laperm: () => Promise.reject(new Error('laperm was loaded')),
  });
  expect((await registry.find('galu/compare')).name).toBe('galu/compare');
});

it('names the experiments that there are, nearest first, where there is none of a name', async () => {
  const registry = createRegistry({
    galu: async () => [named('galu/compare'), named('galu/memorize')],
    laperm: async () => [named('laperm/train')],
  });
  await expect(registry.find('galu/memorise')).rejects.toThrow(
    'there is no experiment "galu/memorise"; choose galu/memorize, galu/compare or laperm/train',
  );
  await expect(registry.find('toString')).rejects.toThrow('there is no experiment "toString"');
  expect((await registry.list()).map(({ name }) => name)).toEqual(['galu/compare', 'galu/memorize', 'laperm/train']);
});
