import { expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { loadOptional } from './load-optional.ts';

const parts = { name: '@unbraid/cluster', need: 'lab: runs of a database' };

it('gives what is there, and says how what is not installed is', async () => {
  expect(await loadOptional({ ...parts, load: async () => 3 })).toBe(3);
  const load = () => import('unbraid-is-not-' + 'there');
  await expect(loadOptional({ ...parts, load })).rejects.toThrow(
    new UsageError(
      'lab: runs of a database need the package @unbraid/cluster, which is not installed: npm install @unbraid/cluster',
    ),
  );
});

it('leaves other errors as they are', async () => {
  const error = new SyntaxError('unexpected');
  await expect(loadOptional({ ...parts, load: () => Promise.reject(error) })).rejects.toBe(error);
});
