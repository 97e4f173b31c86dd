import type { BrowserContext } from 'playwright-core';
import type { Outcome } from './outcome.ts';

/** What a page loaded and what came of its program. */
export interface PageOutcome extends Outcome {
  /** Paths of the files that the page itself loaded. */
  readonly files: readonly string[];
  /** Errors of the page and what its console got as such. */
  readonly errors: readonly string[];
}

/** For a hang, in milliseconds, on a machine that has other work. */
const LIMIT = 120_000;

export async function runPage(context: BrowserContext, url: string): Promise<PageOutcome> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => void errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  try {
    await page.goto(url);
    const result = await page.waitForFunction('globalThis.result', undefined, { timeout: LIMIT });
    const files = await page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)",
    );
    return { ...((await result.jsonValue()) as Outcome), files, errors };
  } catch (error) {
    throw new Error(`${url}: ${error instanceof Error ? error.message : error}; ${errors.join('; ')}`);
  } finally {
    await page.close();
  }
}
