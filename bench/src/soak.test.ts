import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const soak = fileURLToPath(new URL('../dist/soak.js', import.meta.url));
const run = (...words: string[]) => spawnSync(process.execPath, [...words], { encoding: 'utf8' });

test('the soak goes through its stages', () => {
  const { stdout, status } = run('--expose-gc', soak, '--steps', '2000', '--sessions', '20', '--arenas', '10');
  expect(stdout).toMatch(
    /^onnxruntime .* C API.*\n2000 steps: .*\n20 sessions .*\n10 arenas: .*\n10 arenas forgotten.*\nmemory/,
  );
  expect(status).toBe(0);
});

test('it says what it needs', () => {
  for (const words of [[soak], ['--expose-gc', soak, '--steps', 'many']]) {
    const { stderr, status } = run(...words);
    expect(stderr).toMatch(/^usage: node --expose-gc/);
    expect(status).toBe(2);
  }
});
