import { expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

it('reads what it writes', () => {
  const query = { q: 'galu/ "two words" seed>3 #tag', 'set.samples': '[1,2]', empty: '' };
  const written = formatAddress(['runs', 'a b/ü'], query);
  expect(parseAddress(written)).toEqual({ path: ['runs', 'a b/ü'], query });
});

it('takes an address that says nothing as the list, and a strange one as it is', () => {
  for (const hash of ['', '#', '#/', '#//']) expect(parseAddress(hash)).toEqual({ path: ['runs'], query: {} });
  expect(parseAddress('#/runs/%zz?=&a')).toEqual({ path: ['runs', '%zz'], query: { '': '', a: '' } });
});

it('leaves out what is undefined', () => {
  expect(formatAddress(['compare'], { ids: 'a,b', metric: undefined })).toBe('#/compare?ids=a,b');
});
