import { expect, it } from 'vitest';
import { standingOf } from './use-resource.ts';

const wrong = new Error('wrong');

it('is what is kept, where that is of the same question', () => {
  expect(standingOf({ key: 'a', data: 1, error: wrong, busy: false }, 'a')).toEqual({
    data: 1,
    error: wrong,
    busy: false,
  });
});

it('is busy with the next question from its first moment, the last answer stays, and the last error doesn’t', () => {
  expect(standingOf({ key: 'a', data: 1, error: wrong, busy: false }, 'b')).toEqual({
    data: 1,
    error: undefined,
    busy: true,
  });
  expect(standingOf({ busy: false }, 'a').busy).toBe(true);
});

it('is nothing where nothing is asked any more, whatever was on its way or went wrong', () => {
  for (const state of [
    { key: 'a', data: 1, busy: true },
    { key: 'a', error: wrong, busy: false },
  ])
    expect(standingOf(state, undefined)).toEqual({ data: undefined, error: undefined, busy: false });
});
