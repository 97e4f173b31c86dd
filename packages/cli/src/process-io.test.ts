import { afterEach, expect, it, vi } from 'vitest';
import { programName } from './process-io.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['/home/a/.npm/_npx/1a2b/node_modules/.bin/unbraid', '/usr/lib/npm-cli.js', 'npx @unbraid/cli'],
  ['/home/a/project/node_modules/.bin/unbraid', '/usr/lib/npm-cli.js', 'npx unbraid'],
  ['/usr/local/bin/unbraid', undefined, 'unbraid'],
])('names the command that was called as %s so that it can be typed again', (script, npm, name) => {
  vi.stubEnv('npm_execpath', npm);
  expect(programName(script)).toBe(name);
});
