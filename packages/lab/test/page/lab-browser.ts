import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findChromium, startChromium } from '../../../../bundles/src/chromium.ts';
import { type BrowserPage, type Look, openBrowserPage } from '../browser-page.ts';

/** The command as it was built. */
export const command = fileURLToPath(new URL('../../../cli/bin/unbraid.js', import.meta.url));

/** A lab that the command serves, and a browser that looks at it. */
export interface LabBrowser {
  /** The folder of runs that is shown. */
  readonly runs: string;
  /** What its API gives. */
  ask<T>(path: string): Promise<T>;
  /** A page that is let in, at `hash`. */
  open(hash: string, look?: Look): Promise<BrowserPage>;
  /** Ends the command; pages stay. */
  stop(): Promise<void>;
  /** Begins the command anew at the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
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
    open: (hash, look) => openBrowserPage(browser, [served.url, `${served.origin}/${hash}`], look),
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
