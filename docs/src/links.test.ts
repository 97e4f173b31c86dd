import { describe, expect, it } from 'vitest';
import { documents } from './documents.ts';
import { deadLinksOf, fileOf, linksThatLeaveThePackage } from './links.ts';

describe('links of documents', () => {
  it.each(documents())('%s links to what is there', (document) => {
    expect(deadLinksOf(document)).toEqual([]);
  });

  it.each(documents().filter((path) => /^packages\/[^/]+\/README\.md$/.test(path)))(
    '%s has links that work on the page that npm shows of it',
    (document) => {
      expect(linksThatLeaveThePackage(document)).toEqual([]);
    },
  );

  it('finds the file that an address of the repository shows', () => {
    const address = 'https://github.com/unbraid/unbraid';
    expect(fileOf(`${address}/blob/main/docs/start.md#x`)).toEqual({ path: 'docs/start.md', anchor: 'x' });
    expect(fileOf(address)).toEqual({ path: '', anchor: '' });
    expect(fileOf('https://arxiv.org/abs/1906.05032')).toBeUndefined();
  });
});
