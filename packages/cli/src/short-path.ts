import { relative, resolve } from 'node:path';

/** From the current folder for what is in it, else absolute. */
export function shortPath(path: string): string {
  const fromHere = relative('', path) || '.';
  return fromHere.startsWith('..') ? resolve(path) : fromHere;
}
