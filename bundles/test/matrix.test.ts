import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlers } from '../src/bundlers/index.ts';
import { findChromium, startChromium } from '../src/chromium.ts';
import { type Library, libraries } from '../src/examples.ts';
import { differences, type Outcome } from '../src/outcome.ts';
import { type PageOutcome, runPage } from '../src/run-page.ts';
import { type Server, serve } from '../src/serve.ts';
import { printSizes } from '../src/sizes.ts';
import { folder, THREADS, writeEntries, writePrograms, writeWorkerStart } from '../src/workshop.ts';

const executable = findChromium();
if (executable === undefined)
  console.warn('bundles: skipped, there is no Chromium; install one, or give its path as CHROMIUM');

const output = join(folder, 'out');

describe.skipIf(executable === undefined)('the examples of the READMEs', () => {
  const native = new Map<string, Outcome>();
  let browser: Browser;
  let context: BrowserContext;
  let server: Server;
  /** With pages that are cross-origin isolated, which threads need. */
  let isolated: Server;
  const pages = new Map<string, Map<Library, PageOutcome>>();

  beforeAll(async () => {
    await writePrograms();
    const isModule = (name: string) => bundlers.find((each) => each.name === name)!.modules;
    server = await serve(output, isModule);
    isolated = await serve(output, isModule, { isolated: true });
    browser = await startChromium(executable!);
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    isolated?.close();
    printSizes(pages, output);
  });

  test.each([...libraries, THREADS])('%s runs in Node', (library) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, `node-${library}.js`)], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    native.set(library, JSON.parse(stdout) as Outcome);
    expect(native.get(library)!.failure).toBeUndefined();
    expect(native.get(library)!.printed.length).toBeGreaterThan(0);
  });

  describe.each(bundlers.map((bundler) => [bundler.name, bundler] as const))('%s', (name, bundler) => {
    const loaded = new Map<Library, PageOutcome>();
    pages.set(name, loaded);

    test('bundles every package, with nothing to warn of', async () => {
      const into = join(output, name);
      const { page, worker } = writeEntries(name, bundler.wasm);
      const warnings = await bundler.bundle(bundler.bundlesWorkers ? { page, worker } : { page }, into);
      if (!bundler.bundlesWorkers) writeWorkerStart(into);
      expect(warnings).toEqual([]);
    });

    test.each(libraries)('%s gives on a page what it gives in Node', async (library) => {
      const outcome = await runPage(context, `${server.url}/${name}/page.html#${library}`);
      loaded.set(library, outcome);
      expectSame(outcome, native.get(library)!);
    });

    test.each(libraries)('%s gives in a Worker what it gives in Node', async (library) => {
      expectSame(await runPage(context, `${server.url}/${name}/worker.html#${library}`), native.get(library)!);
    });

    test('a Worker has two threads where its page is isolated', async () => {
      expectSame(await runPage(context, `${isolated.url}/${name}/worker.html#${THREADS}`), native.get(THREADS)!);
    });
  });
});

function expectSame(page: PageOutcome, native: Outcome): void {
  expect(page.failure).toBeUndefined();
  expect(page.errors).toEqual([]);
  expect(differences(page.printed, native.printed)).toEqual([]);
}
