import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createGate, freshToken } from './gate.ts';

const token = 'a token of some length';
const gate = createGate(token);
const ask = (headers: Record<string, string>, url = '/') => gate({ headers, url } as unknown as IncomingMessage);
const authorization = `Bearer ${token}`;

describe('the gate', () => {
  it('opens for the token', () => {
    expect(ask({ authorization })).toBeUndefined();
  });

  it.each([
    ['without a token', {}, 401, 'the token is missing'],
    ['with a token of another scheme', { authorization: `Basic ${token}` }, 401, 'the token is missing'],
    ['with an empty token', { authorization: 'Bearer ' }, 401, 'the token is missing'],
    ['with another token', { authorization: 'Bearer a token of some lengtH' }, 401, 'the token is wrong'],
    ['with the beginning of the token', { authorization: 'Bearer a token' }, 401, 'the token is wrong'],
    ['for a web page, even with the token', { authorization, origin: 'http://localhost' }, 403, 'web pages may not'],
    ['for a page in a sandbox', { authorization, origin: 'null' }, 403, 'web pages may not'],
  ])('stays shut %s', (_, headers, status, reason) => {
    expect(ask(headers as Record<string, string>)).toEqual({ status, reason: expect.stringContaining(reason) });
  });

  it('stays shut at another address', () => {
    expect(ask({ authorization }, '/?token=1')).toMatchObject({ status: 404 });
  });
});

describe('freshToken', () => {
  it('never gives one twice, and each has 256 bits', () => {
    const tokens = Array.from({ length: 100 }, freshToken);
    expect(new Set(tokens).size).toBe(100);
    for (const one of tokens) expect(Buffer.from(one, 'base64url')).toHaveLength(32);
  });
});
