import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkPages, executablePath } from './check-pages.ts';
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

/** What is wrong with the pages as a browser shows them; nothing where there is no browser, which is said. */
async function look(): Promise<readonly string[]> {
  if (!existsSync(executablePath)) {
    console.log(
      `no page was looked at: there is no browser at ${executablePath}; install Chromium, or name one by CHROMIUM`,
    );
    return [];
  }
  const looking = performance.now();
  const site = join(folder, '.vitepress', 'dist');
  const { pages, faults } = await checkPages(site, join(folder, 'screenshots'), process.argv.slice(2));
  console.log(`${pages} pages looked at in ${seconds(looking)} s; pictures are in docs/screenshots`);
  return faults;
}

const faults = [...deadLinks(), ...(await look())];
for (const fault of faults) console.error(fault);
console.log(`${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
