import type { Browser, Page } from 'playwright-core';
import { peakBytesOf } from '../serve.ts';
import type { WebRequest } from '../sides/web/serve-in-worker.ts';
import type { WebTask } from '../tasks/web.ts';
import { chromiumPath, launchChromium } from './launch.ts';
import { missing } from './missing.ts';

/** An answer of a page's Worker, and when it was given, in milliseconds since 1970. */
interface Answer<T> {
  readonly done: T;
  readonly at: number;
}

/** A page with a Worker, in a Chromium of its own. */
export interface ChromiumPage {
  ask<T>(request: WebRequest): Promise<Answer<T>>;
  /** Milliseconds from the start of a fresh page, with nothing in its cache, to the end of its first step. */
  firstStep(task: WebTask): Promise<{ readonly milliseconds: number }>;
  /** The largest resident memory of a process that renders pages, where the system tells. */
  peakBytes(): Promise<number | undefined>;
}

/** @throws Error with the code of a missing module where there is no Chromium */
export async function openPage(url: string): Promise<ChromiumPage> {
  const browser = await launchChromium();
  if (browser === undefined) throw missing(`there is no Chromium at ${chromiumPath} (CHROMIUM names another)`);
  const page = await pageWithWorker(browser, url);
  return {
    ask: (request) => ask(page, request),
    async firstStep(task) {
      const other = await pageWithWorker(browser, url);
      try {
        await ask(other, { do: 'prepare', task: { ...task, checkedSteps: 0 } });
        const { at } = await ask(other, { do: 'run', options: { steps: 1 } });
        return { milliseconds: at - (await other.evaluate<number>('performance.timeOrigin')) };
      } finally {
        await other.context().close();
      }
    },
    async peakBytes() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      const peaks = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => peakBytesOf(id));
      return peaks.includes(undefined) ? undefined : Math.max(...(peaks as number[]));
    },
  };
}

async function pageWithWorker(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('console', (message) => console.error(message.text()));
  await page.goto(url);
  return page;
}

async function ask<T>(page: Page, request: WebRequest): Promise<Answer<T>> {
  const answer = JSON.parse(await page.evaluate<string>(`ask(${JSON.stringify(request)})`)) as
    | Answer<T>
    | { readonly failed: string };
  if ('failed' in answer) throw new Error(answer.failed);
  return answer;
}
