import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkPages } from './check-pages.ts';
import { root } from './documents.ts';
import { deadLinks } from './links.ts';

const folder = join(root, 'docs');
const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(0);

const start = performance.now();
const built = spawnSync('npm', ['run', '--silent', 'site'], {
  cwd: folder,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (built.status !== 0) process.exit(1);
console.log(`built in ${seconds(start)} s`);

const looking = performance.now();
const { pages, faults } = await checkPages(
  join(folder, '.vitepress', 'dist'),
  join(folder, 'screenshots'),
  process.argv.slice(2),
);
const all = [...deadLinks(), ...faults];
for (const fault of all) console.error(fault);
console.log(
  `${pages} pages looked at in ${seconds(looking)} s, ${all.length} faults; pictures are in docs/screenshots`,
);
process.exitCode = all.length === 0 ? 0 : 1;
