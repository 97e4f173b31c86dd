import { describe, expect, it } from 'vitest';
import { checkDigests } from './laperm.ts';

const sideWith = (digest?: number) => ({ version: 'a peer', ...(digest !== undefined && { digest }) });
const peer = { name: 'a peer' };

describe('the digests of two sides', () => {
  it('agree up to rounding', () => {
    expect(() => checkDigests(sideWith(0.5), sideWith(0.500001), peer)).not.toThrow();
  });

  it('that differ or are missing are an error that shows both', () => {
    expect(() => checkDigests(sideWith(0.5), sideWith(0.6), peer)).toThrow(/ours is 0\.5, of a peer 0\.6/);
    expect(() => checkDigests(sideWith(0.5), sideWith(), peer)).toThrow(/NaN/);
  });
});
