import assert from 'node:assert/strict';
import { InputError } from '@unbraid/checks';
import type { ByteTarget } from '../target.ts';

/** What a target may do wrong, and how. */
export const FAULTS = {
  accepts: () => {},
  refuses: () => {
    throw new InputError('file', 'fuzz: it is refused');
  },
  'throws a TypeError': () => (undefined as unknown as string[])[0],
  'throws a message of two lines': () => {
    throw new InputError('file', 'fuzz: one\ntwo');
  },
  'breaks a promise': () => assert.equal(1, 2),
  hangs: () => {
    for (;;) Math.random();
  },
  'waits for what never comes': () => new Promise<void>(() => {}),
  'takes memory and keeps it': () => {
    kept.push(new Uint8Array(100 * 2 ** 20).fill(1));
  },
  'takes memory and lets it go': () => {
    for (let i = 0; i < 2; i++) new Uint8Array(80 * 2 ** 20).fill(1);
    globalThis.gc?.();
  },
  'asks for memory and leaves it untouched': () => {
    kept.push(new Uint8Array(400 * 2 ** 20));
  },
  'takes more than there is': () => {
    for (;;) kept.push(new Uint8Array(100 * 2 ** 20).fill(1));
  },
  ends: () => process.exit(3),
  'fails behind its back': () => {
    Promise.reject(new Error('late'));
    return new Promise<void>((resolve) => setTimeout(resolve, 100));
  },
} as const satisfies Record<string, () => unknown>;

const kept: Uint8Array[] = [];

/** A target with a fault that fuzzing has to find, in every input but its example; for the tests of fuzzing itself, and in no list. */
export function faulty(fault: keyof typeof FAULTS): ByteTarget {
  const example = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  return {
    name: `faulty ${fault}`,
    limitMs: 400,
    seeds: () => [example],
    async run(bytes) {
      if (!Buffer.from(example).equals(bytes)) await FAULTS[fault]();
    },
  };
}
