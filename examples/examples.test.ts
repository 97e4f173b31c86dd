import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveFolder } from '../docs/src/site-server.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const run = promisify(execFile);
/** Milliseconds: for a hang, on a machine that has other work. */
const LIMIT = 300_000;

/** What `npm start` prints in an example's folder. */
async function start(example: string, ...more: string[]): Promise<string> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await run(npm, ['start', '--silent', ...more], { cwd: join(here, example), timeout: LIMIT });
  return stdout;
}

describe('examples for Node', () => {
  it('node-script finds the ring', { timeout: LIMIT }, async () => {
    const output = await start('node-script');
    const [, accuracy] = /validation accuracy ([\d.]+)/.exec(output) ?? [];
    expect(Number(accuracy)).toBeGreaterThan(0.95);
    expect(output).toContain('(1.2, 0.0) in the ring');
    expect(output).toContain('(3.0, 3.0) not in the ring');
  });

  it('csv-classifier learns a table, and uses what it saved', { timeout: LIMIT }, async () => {
    const output = await start('csv-classifier');
    const [, right] = /right on ([\d.]+)%/.exec(output) ?? [];
    expect(Number(right)).toBeGreaterThan(80);
    expect(output).toContain('4 left out');
    expect(output).toMatch(/the first row is (oak|maple|willow)/);
  });

  it('csv-classifier takes a table of the reader', { timeout: LIMIT }, async () => {
    const output = await start('csv-classifier', '--', join(here, 'csv-classifier', 'leaves.csv'), 'kind');
    expect(output).toContain('236 rows');
  });
});

const hasDeno = spawnSync('deno', ['--version']).status === 0;

describe.runIf(hasDeno)('the example for Deno', () => {
  it('trains', { timeout: LIMIT }, async () => {
    expect(await start('deno')).toContain('accuracy 1');
  });
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe.runIf(existsSync(executablePath))('examples for pages', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }, LIMIT);
  afterAll(() => browser?.close());

  /** An example's page, built by Vite as `npm run build` does and served as files. */
  async function open(example: string): Promise<{ page: Page; asked: string[] }> {
    const out = mkdtempSync(join(tmpdir(), 'unbraid-example-'));
    onTestFinished(() => rmSync(out, { recursive: true, force: true }));
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    await run(process.execPath, [vite, 'build', '--outDir', out, '--logLevel', 'warn'], { cwd: join(here, example) });
    const server = await serveFolder(out);
    onTestFinished(server.close);
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(?:blob|data):/.test(request.url())) asked.push(request.url());
    });
    await page.goto(server.url);
    return { page, asked };
  }

  const stateOf = (page: Page) => page.locator('#state').textContent();

  it('vite-page trains until its curve is followed', { timeout: LIMIT }, async () => {
    const { page, asked } = await open('vite-page');
    await page.waitForFunction(`document.getElementById('state').textContent.startsWith('Trained')`, undefined, {
      timeout: LIMIT,
    });
    const [, loss] = /loss ([\d.]+)/.exec((await stateOf(page)) ?? '') ?? [];
    expect(Number(loss)).toBeLessThan(0.05);
    expect(await page.locator('#network').getAttribute('points')).not.toBeNull();
    expect(asked).toEqual([]);
  });

  it('worker trains while its page goes on, and says what is wrong with a table', { timeout: LIMIT }, async () => {
    const { page, asked } = await open('worker');
    await page.locator('#train').click();
    await page.waitForFunction(`document.getElementById('state').textContent.startsWith('Right')`, undefined, {
      timeout: LIMIT,
    });
    const [, right] = /on ([\d.]+)%/.exec((await stateOf(page)) ?? '') ?? [];
    expect(Number(right)).toBeGreaterThan(95);
    expect(Number(await page.locator('#ticks').textContent())).toBeGreaterThan(0);
    await page.locator('#table').fill('a,kind\nblue,sky\n');
    await page.locator('#train').click();
    await page.waitForFunction(`document.getElementById('state').textContent.includes('data:')`, undefined, {
      timeout: LIMIT,
    });
    expect(asked).toEqual([]);
  });
});
