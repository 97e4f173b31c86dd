import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** In a time that doesn't tell where they differ. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
