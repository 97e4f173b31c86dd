import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets work take turns in order', async () => {
  const turns = createTurns();
  const order: string[] = [];
  const work = async (name: string) => {
    for (let i = 0; i < 3; i++) {
      const end = await turns.take();
      order.push(name);
      await Promise.resolve();
      end();
    }
  };
  await Promise.all([work('a'), work('b')]);
  expect(order.join('')).toBe('ababab');
});
