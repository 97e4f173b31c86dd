import { expect, it } from 'vitest';
import { leftOutText } from './left-out.tsx';

it('counts what a table leaves out, and says nothing where it is whole', () => {
  expect(
    leftOutText([
      { shown: 200, all: 1000, what: 'run' },
      { shown: 40, all: 40, what: 'result' },
    ]),
  ).toBe('The first 200 of 1,000 runs are listed.');
  expect(
    leftOutText([
      { shown: 200, all: 201, what: 'configuration' },
      { shown: 40, all: 57, what: 'setting' },
    ]),
  ).toBe('The first 200 of 201 configurations and 40 of 57 settings are listed.');
  expect(leftOutText([{ shown: 3, all: 3, what: 'run' }])).toBe('');
});
