import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startChromium } from '../../../../bundles/src/chromium.ts';
import { type BrowserPage, type Look, openBrowserPage } from '../browser-page.ts';
import { isWhole } from '../is-whole.ts';
import { type DemoServer, serveDemos, WASM_PATH } from './demo-server.ts';

/** A demo in Chromium. */
export interface DemoPage extends BrowserPage {
  /** Waits until the demo shows results for a query such as `k=12`; all settings that it doesn't name have their defaults. @returns numbers by `data-result` */
  settled(query: string): Promise<Readonly<Record<string, number>>>;
  /** Moves a slider, chooses from a list, or writes a number, as a user's input would. */
  set(setting: string, value: string): Promise<void>;
}

export interface Demos {
  open(
    name: string,
    options?: {
      readonly attributes?: Readonly<Record<string, string>>;
      /** What stands on the page instead of the one element. */
      readonly html?: string;
      readonly hash?: string;
    } & Look,
  ): Promise<DemoPage>;
  close(): Promise<void>;
}

/** For a hang, in milliseconds, on a machine that has other work. */
const LIMIT = 120_000;

const path = findChromium();

/** What takes long is left to `npm run test:browser`. */
export const itIfAll = it.skipIf(!isWhole);

/**
 * Tests of a demo in Chromium; skipped, with the reason, where there is none.
 * @param tests gets the demos, open from the first test on
 * @param ifAll left to `npm run test:browser`
 */
export function inChromium(name: string, tests: (demos: () => Demos) => void, { ifAll = false } = {}): void {
  const isLeft = ifAll && !isWhole;
  const reason = isLeft
    ? ' (skipped: npm run test:browser has them)'
    : ' (skipped: no Chromium was found; install one, or give its path as CHROMIUM)';
  const isSkipped = path === undefined || isLeft;
  describe.skipIf(isSkipped)(`${name} in Chromium${isSkipped ? reason : ''}`, { timeout: 2 * LIMIT }, () => {
    let demos: Demos | undefined;
    beforeAll(async () => {
      demos = await openDemos(path!);
    });
    afterAll(() => demos?.close());
    tests(() => demos!);
  });
}

/** Widths in pixels, and whether dark, at which a demo is looked at. */
export const looks = [
  [1100, false],
  [360, true],
] as const;

/** Expects that axe finds nothing, and that nothing is wider than the window, in pictures and in the tables in their place. */
export async function expectUsable(
  demos: Demos,
  {
    name,
    query,
    tables,
    look: [width, dark],
  }: { name: string; query: string; tables: number; look: readonly [number, boolean] },
): Promise<void> {
  const demo = await demos.open(name, { width, dark, attributes: { query } });
  await demo.settled(query);
  expect(await demo.violations()).toEqual([]);
  expect(await demo.overflow()).toBe(0);
  await demo.page.getByRole('button', { name: 'Show as table' }).click();
  expect(await demo.page.getByRole('table').count()).toBe(tables);
  expect(await demo.violations()).toEqual([]);
  expect(await demo.overflow()).toBe(0);
  await demo.close();
}

/** Chromium with the demos that were built. */
async function openDemos(chromium: string): Promise<Demos> {
  const [server, browser] = [await serveDemos(), await startChromium(chromium)];
  return {
    open: (name, options = {}) => openDemo(browser, server, name, options),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** `<unbraid-demo-NAME>` with these attributes, and where the WebAssembly file is. */
export function elementOf(name: string, attributes: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries({ 'wasm-url': WASM_PATH, ...attributes }).map(([key, value]) => ` ${key}="${value}"`);
  return `<unbraid-demo-${name}${written.join('')}></unbraid-demo-${name}>`;
}

async function openDemo(
  browser: Browser,
  server: DemoServer,
  name: string,
  { attributes, html, hash = '', width = 1100, dark = false }: NonNullable<Parameters<Demos['open']>[1]>,
): Promise<DemoPage> {
  const address = server.pageWith(html ?? elementOf(name, attributes)) + hash;
  const opened = await openBrowserPage(browser, [address], { width, dark });
  const { page } = opened;
  const tag = `unbraid-demo-${name}`;
  return {
    ...opened,
    async settled(query) {
      const host = page.locator(tag);
      const settledOf = (status: string) => `${tag}[data-status="${status}"][data-query="${query}"]`;
      await page.waitForSelector(`${settledOf('done')}, ${settledOf('error')}`, { timeout: LIMIT, state: 'attached' });
      if ((await host.getAttribute('data-status')) === 'error')
        throw new Error(`${name} at ${query}: ${await page.getByRole('alert').textContent()}`);
      const found = page.locator(`${tag} [data-result]`);
      const pairs = await found.evaluateAll((all) =>
        all.map((each) => [each.getAttribute('data-result'), Number(each.getAttribute('data-value') ?? Number.NaN)]),
      );
      return Object.fromEntries(pairs);
    },
    async set(setting, value) {
      const control = page.locator(`${tag} [name="${setting}"]`);
      if ((await control.evaluate(({ tagName }) => tagName)) === 'SELECT') await control.selectOption(value);
      else await control.fill(value);
      await control.blur();
    },
  };
}
