import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const soak = fileURLToPath(new URL('../dist/soak-clients.js', import.meta.url));
const run = (...words: string[]) => spawnSync(process.execPath, [soak, ...words], { encoding: 'utf8' });

test.runIf(process.platform === 'linux')(
  'forty clients, one after another, leave no threads and no descriptors',
  () => {
    const { stdout, stderr, status } = run('--clients', '40');
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    const held = lines.slice(0, -1).map((line) => /MB, (\d+ threads, \d+ descriptors)$/.exec(line)?.[1]);
    expect(held).toHaveLength(10);
    expect(held.at(-1)).toBe(held[1]);
    expect([lines.at(-1), status]).toEqual(['the server is as it was', 0]);
  },
);

test('it says what it needs', () => {
  const { stderr, status } = run('--clients', 'many');
  expect(stderr).toMatch(/^usage: node bench\/dist\/soak-clients/);
  expect(status).toBe(2);
});
