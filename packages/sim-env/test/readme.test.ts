import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```(js|ts)\n(.*?)```/gs)].map(([, language, code]) => ({ language, code: code! }));
// Inside this package, so that its name resolves to what is built of it.
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

it('has blocks of code in its README', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

it.each(blocks.map(({ language, code }, i) => [i, language, code] as const))(
  'runs block %i of its README as it is printed',
  async (_, language, code) => {
    mkdirSync(dist, { recursive: true });
    const folder = mkdtempSync(join(dist, 'readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, `block.${language}`);
    writeFileSync(file, code);
    // Types are for the test runner to strip; Node 20 does not.
    if (language === 'ts') await import(file);
    else execFileSync(process.execPath, [file], { stdio: 'pipe' });
  },
);
