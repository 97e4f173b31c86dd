import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A token that nobody guesses: 256 random bits. */
export const freshToken = (): string => randomBytes(32).toString('base64url');

/** Why a connection is refused. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/**
 * Who may connect: programs that send `Authorization: Bearer TOKEN`. Browsers say with `Origin` which page asks; no page may, since any
 * page that a user visits can reach servers on the user's own machine.
 */
export function createGate(token: string): (request: IncomingMessage) => Refusal | undefined {
  const expected = digest(token);
  return ({ headers, url }) => {
    if (headers.origin !== undefined) return { status: 403, reason: 'web pages may not connect' };
    if (url !== '/') return { status: 404, reason: 'environments are served at /' };
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (given === undefined) return { status: 401, reason: 'the token is missing; send it as Authorization: Bearer' };
    // Digests have one length, and comparing them takes as long whatever was guessed right.
    if (!timingSafeEqual(digest(given), expected)) return { status: 401, reason: 'the token is wrong' };
    return undefined;
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
