import { expect, it } from 'vitest';
import { choice, queryOf, range, seed, steps, text, valuesOf } from './settings.ts';

const settings = {
  k: range({ label: 'k', min: 1, max: 40, step: 1, default: 12 }),
  rate: range({ label: 'rate', min: 0, max: 1, step: 0.1, default: 0.5 }),
  width: steps({ label: 'width', values: [4, 16, 64], default: 16 }),
  data: choice({ label: 'data', choices: { xor: 'XOR', spirals: 'spirals' }, default: 'xor' }),
  seed: seed(),
  drawn: text(),
};
const defaults = { k: 12, rate: 0.5, width: 16, data: 'xor', seed: 0, drawn: '' } as const;

it('an address without a query gives the defaults, and they need no query', () => {
  expect(valuesOf(settings, '')).toEqual(defaults);
  expect(queryOf(settings, defaults)).toBe('');
});

it('values come back from the query that they make', () => {
  const values = {
    k: 3,
    rate: 0.3,
    width: 64,
    data: 'spirals',
    seed: 7,
    drawn: '-35.20.1_12.-9.0',
  } as const;
  const query = queryOf(settings, values);
  expect(query).toBe('k=3&rate=0.3&width=64&data=spirals&seed=7&drawn=-35.20.1_12.-9.0');
  expect(valuesOf(settings, query)).toEqual(values);
});

it('what is out of range becomes the nearest that there is', () => {
  expect(valuesOf(settings, 'k=1000&rate=-3&width=30&seed=-1')).toEqual({
    ...defaults,
    k: 40,
    rate: 0,
    width: 16,
    seed: 0,
  });
  expect(valuesOf(settings, 'rate=0.34&k=3.6&width=1e9&seed=1e9')).toEqual({
    ...defaults,
    ...{ rate: 0.3, k: 4, width: 64, seed: 9999 },
  });
});

it('what is no value of a setting, or no setting, leaves the default', () => {
  expect(valuesOf(settings, 'k=NaN&rate=&width=wide&data=toString&seed=Infinity&other=1')).toEqual(defaults);
});
