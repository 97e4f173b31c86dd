import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @throws Error for bytes that aren't those that were pinned */
export function checkHash(what: string, bytes: Uint8Array, expected: string): void {
  const found = sha256(bytes);
  if (found !== expected)
    throw new Error(
      `release: ${what} has the SHA-256 ${found}, not ${expected}; it is damaged, or not what was pinned`,
    );
}
