import { expect, it } from 'vitest';
import { tagsOf } from './tags.ts';

it('reads tags apart by spaces or commas, each once', () => {
  expect(tagsOf(' #a, b  a ## #c')).toEqual(['a', 'b', 'c']);
});
