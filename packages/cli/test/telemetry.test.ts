import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folders.ts';

const command = fileURLToPath(new URL('../bin/unbraid.js', import.meta.url));

it.skipIf(process.platform === 'win32')(
  'a run writes nothing outside of its directory, neither at home nor elsewhere',
  () => {
    const folder = temporaryFolder();
    const places = Object.fromEntries(['HOME', 'XDG_CACHE_HOME', 'TMPDIR'].map((name) => [name, join(folder, name)]));
    for (const place of Object.values(places)) mkdirSync(place);
    const settings = ['samples=50', 'ratios=1,2', 'reluRatios=1,2', 'reluSteps=10'].flatMap((pair) => ['--set', pair]);
    const words = [command, 'run', 'galu/memorize', '--preset', 'smoke', '--json', ...settings, '--out', 'run'];
    const env = { PATH: process.env.PATH, ...places };
    const { stdout } = spawnSync(process.execPath, words, { cwd: folder, env, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ experiment: 'galu/memorize' });
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(entries.filter((name) => !/^run([\\/]|$)/.test(name)).sort()).toEqual(['HOME', 'TMPDIR', 'XDG_CACHE_HOME']);
  },
);
