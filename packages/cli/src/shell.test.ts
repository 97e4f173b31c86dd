import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandLine } from './shell.ts';

it('leaves plain words as they are', () => {
  expect(commandLine('npx unbraid', ['run', 'galu/memorize', '--set', 'ms=[1,2]'])).toBe(
    "npx unbraid run galu/memorize --set 'ms=[1,2]'",
  );
});

it.skipIf(process.platform === 'win32')('writes words that a shell reads back unchanged', () => {
  const word = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const script = commandLine("printf '%s\\0'", words);
      const output = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(output.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});
