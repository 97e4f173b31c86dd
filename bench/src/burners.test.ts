import { expect, it } from 'vitest';
import { onBusyCores } from './burners.ts';

it('ends what it started with the work, whether that succeeds or throws', async () => {
  expect(await onBusyCores(1, async () => 7)).toBe(7);
  await expect(onBusyCores(1, () => Promise.reject(new Error('the work failed')))).rejects.toThrow('the work failed');
});
