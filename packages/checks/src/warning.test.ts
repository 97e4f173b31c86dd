import { expect, test } from 'vitest';
import { emitWarning } from './index.ts';

test('a warning is a process warning of a type of its own', async () => {
  const told = new Promise<Error>((resolve) => process.once('warning', resolve));
  emitWarning('galu: not there yet');
  expect(await told).toMatchObject({ name: 'UnbraidWarning', message: 'galu: not there yet' });
});
