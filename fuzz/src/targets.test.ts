import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { loadTarget, targetNames } from './targets/index.ts';

test.each(targetNames)(
  '%s: mutated files are read or refused, none hangs, takes too much or breaks a promise',
  async (name) => {
    const { testCases = 200 } = await loadTarget(name);
    const { cases, findings } = await fuzz(name, { seed: 1, cases: testCases });
    expect(findings.map(({ number, what, savedAs }) => `case ${number} (${savedAs}): ${what}`)).toEqual([]);
    expect(cases).toBe(testCases);
  },
);
