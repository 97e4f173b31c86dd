import { decoded, splitOnce } from '../../page/address.ts';

/** The query behind `#ADDRESS?` of a page's hash, not decoded; undefined where the page is elsewhere. */
export function queryAt(hash: string, address: string): string | undefined {
  const [path, query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  return decoded(path) === address ? query : undefined;
}
