import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { caseFiles } from './case-input.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { examples } from './target.ts';
import type { FAULTS } from './targets/faulty.ts';
import { loadTarget, targetNames } from './targets/index.ts';

/** Fuzzes a target with a known fault, and gives what was found first. */
async function found(
  fault: keyof typeof FAULTS,
  cases = 3,
): Promise<FuzzReport & { readonly what: string | undefined }> {
  const report = await fuzz(`faulty ${fault}`, { seed: 5, cases, stopAfter: 2 });
  for (const { savedAs } of report.findings) rmSync(savedAs);
  return { ...report, what: report.findings[0]?.what };
}

test('a target without fault gives no finding, a refusal neither', async () => {
  expect(await found('accepts', 40)).toMatchObject({ cases: 40, accepted: 40, findings: [] });
  expect(await found('refuses', 40)).toMatchObject({ cases: 40, accepted: 0, findings: [] });
});

test.each<[keyof typeof FAULTS, RegExp]>([
  ['throws a TypeError', /^threw TypeError: Cannot read properties of undefined/],
  ['throws a message of two lines', /^threw a message of several lines/],
  ['breaks a promise', /^accepted what it must not: .*1 !== 2/s],
  ['hangs', /^hung: stopped after computing for \d+ ms/],
  ['takes memory and keeps it', /^memory grew by \d+ MB for a file of \d+ bytes; 64 MB are allowed/],
  ['asks for memory and leaves it untouched', /^memory grew by [34]\d\d MB/],
  ['takes more than there is', /^memory grew by \d+ MB/],
  ['ends', /^brought the process down \(3\)/],
  ['fails behind its back', /^brought the process down \(1\): (.|\n)*late/],
])('a target that %s is found out', async (fault, what) => {
  expect((await found(fault)).what).toMatch(what);
});

test('cases after one that brought the process down are run in another', async () => {
  const { cases, findings } = await found('ends', 3);
  expect([cases, ...findings.map(({ number }) => number)]).toEqual([2, 0, 1]);
});

test.runIf(process.platform === 'linux')('memory that was let go again is found too', async () => {
  expect((await found('takes memory and lets it go')).what).toMatch(/^memory grew by \d+ MB/);
});

test('the input of a finding is kept', async () => {
  const { findings } = await fuzz('faulty throws a TypeError', { seed: 9, cases: 1 });
  const { savedAs } = findings[0]!;
  expect(existsSync(savedAs)).toBe(true);
  const target = await loadTarget('faulty throws a TypeError');
  const { input } = caseFiles(target, await examples(target), { seed: 9, number: 0 });
  expect([...readFileSync(savedAs)]).toEqual([...input!]);
  rmSync(savedAs);
});

test('a case depends on its seed and number alone', async () => {
  const target = await loadTarget(targetNames[0]!);
  const from = await examples(target);
  const inputs = Array.from({ length: 20 }, (_, number) => caseFiles(target, from, { seed: 3, number }));
  expect(caseFiles(target, from, { seed: 3, number: 7 })).toEqual(inputs[7]);
  expect(caseFiles(target, from, { seed: 4, number: 7 })).not.toEqual(inputs[7]);
  expect(new Set(inputs.map((files) => Buffer.from(Object.values(files)[0]!).toString('hex'))).size).toBeGreaterThan(
    15,
  );
});

test('no case changes the examples that others are made of, Buffers though they were', async () => {
  const target = await loadTarget('png');
  const from = await examples(target);
  const before = structuredClone(from);
  for (let number = 0; number < 100; number++) caseFiles(target, from, { seed: 8, number });
  expect(from).toEqual(before);
});

test('a name that is none is answered with those there are', async () => {
  await expect(loadTarget('constructor')).rejects.toThrow('fuzz: there is no target "constructor"; there are ');
});
