import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';

export interface Look {
  /** Of the window, in px. */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** A page in Chromium, with what all tests ask of one. */
export interface BrowserPage {
  readonly page: Page;
  /** Errors of the page, and what its console got as such or as a warning, what its security policy refused among them. */
  readonly errors: readonly string[];
  /** What axe finds, in a line each. */
  violations(): Promise<string[]>;
  /** How much wider than the window the page is, in px. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the addresses one after the other in a window of its own, with cookies of its own. */
export async function openBrowserPage(
  browser: Browser,
  addresses: readonly string[],
  { width = 1280, height = 900, dark = false }: Look = {},
): Promise<BrowserPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => void errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  for (const address of addresses) await page.goto(address);
  return {
    page,
    errors,
    violations: () => violationsOf(page),
    overflow: () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    close: () => context.close(),
  };
}

/** What axe gives, as far as it is read. */
interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function violationsOf(page: Page): Promise<string[]> {
  // By the debugger, which the page's security policy doesn't bind.
  await page.evaluate(readFileSync(axe, 'utf8'));
  const { violations } = await page.evaluate<Found>('axe.run()');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary}`),
  );
}
