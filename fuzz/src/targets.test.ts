import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { targetNames } from './targets/index.ts';

test.each(targetNames)(
  '%s: 200 mutated files are read or refused, none hangs, takes too much or breaks a promise',
  async (name) => {
    const { cases, findings } = await fuzz(name, { seed: 1, cases: 200 });
    expect(findings.map(({ number, what, savedAs }) => `case ${number} (${savedAs}): ${what}`)).toEqual([]);
    expect(cases).toBe(200);
  },
  // For a machine that has other work; cases are limited by what they compute.
  600_000,
);
