import { expect, it } from 'vitest';
import { directoryName } from './directory-name.ts';

it('names a directory after the run and the time, with a number where that is taken', () => {
  const now = new Date('2026-11-30T10:15:00.999Z');
  expect(directoryName('galu-memorize-short', now)).toBe('galu-memorize-short-20261130-101500');
  expect(directoryName('mine', now, 2)).toBe('mine-20261130-101500-2');
});
