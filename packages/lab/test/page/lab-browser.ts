import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { findChromium, startChromium } from '../../../../bundles/src/chromium.ts';

/** The command as it was built. */
export const command = fileURLToPath(new URL('../../../cli/bin/unbraid.js', import.meta.url));

/** A lab that the command serves, and a browser that looks at it. */
export interface LabBrowser {
  /** The folder of runs that is shown. */
  readonly runs: string;
  /** What its API gives. */
  ask<T>(path: string): Promise<T>;
  /** A page that is let in, at `hash`. */
  open(hash: string, options?: PageOptions): Promise<LabPage>;
  /** Ends the command; pages stay. */
  stop(): Promise<void>;
  /** Begins the command anew at the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

export interface LabPage {
  readonly page: Page;
  /** Errors of the page, and what its console got as such. */
  readonly errors: string[];
  /** What axe finds, in a line each. */
  violations(): Promise<string[]>;
  /** How much wider than the window the page is, in px. */
  overflow(): Promise<number>;
}

/** What skips the tests of a file where there is no Chromium. */
export const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('lab: tests in a browser are skipped, since there is no Chromium\n');

/** Serves an empty folder of runs, or one that is there. @param flags more of them for the command */
export async function openLab(flags: readonly string[] = [], given?: string): Promise<LabBrowser> {
  const runs = given ?? mkdtempSync(join(tmpdir(), 'unbraid-lab-page-'));
  const browser = await startChromium(findChromium()!);
  let served = await serve(runs, 0, flags);
  const { port } = new URL(served.origin);
  return {
    runs,
    async ask<T>(path: string): Promise<T> {
      const response = await fetch(served.origin + path, { headers: { authorization: `Bearer ${served.token}` } });
      return (await response.json()) as T;
    },
    open: (hash, options) => openPage(browser, served.url, hash, options),
    stop: () => end(served.child),
    async start() {
      served = await serve(runs, Number(port), flags);
    },
    async close() {
      await browser.close();
      await end(served.child);
      if (given === undefined) rmSync(runs, { recursive: true, force: true });
    },
  };
}

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly origin: string;
  readonly token: string;
}

async function serve(runs: string, port: number, flags: readonly string[]): Promise<Served> {
  const parts = [command, 'lab', runs, '--port', String(port), '--json', ...flags];
  const child = spawn(process.execPath, parts, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout!)) return { child, ...JSON.parse(line) };
  throw new Error(`lab: the command ended with ${child.exitCode} before it said where it is`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}

async function openPage(
  browser: Browser,
  url: string,
  hash: string,
  { width = 1280, height = 900, dark = false }: PageOptions = {},
): Promise<LabPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => void errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await page.goto(`${new URL(url).origin}/${hash}`);
  return {
    page,
    errors,
    overflow: () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    async violations() {
      // As a file of its own: the page's security policy takes no script from elsewhere, and this one is none of the page's.
      await page.evaluate(await axe());
      return page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
        return violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
        );
      });
    },
  };
}

interface Axe {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

async function axe(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}
