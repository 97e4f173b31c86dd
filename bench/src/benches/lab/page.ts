import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RunList } from '@unbraid/lab';
import type { Browser, Page } from 'playwright-core';
import type { BenchmarkOptions } from '../../benchmark.ts';
import { launchChromium } from '../../chromium/launch.ts';
import { progress } from '../../progress.ts';
import { limitRow, type Row, rowOf } from '../../row.ts';
import { makeLabRuns } from '../../tasks/lab.ts';
import { type LabProcess, startLab } from '../../tasks/lab-server.ts';

const RUNS = 1000;
const CURVES = 100;
const ASKED = 'what is asked for';
/** Seconds that a chart is moved for. */
const PANNING = 3;

/** What the page of `unbraid lab` takes, in a headless Chromium without a graphics card; no rows but its size where there is none. */
export async function pageRows(options: BenchmarkOptions): Promise<Row[]> {
  const rows = shellSize(options);
  const browser = await launchChromium();
  if (browser === undefined) return rows;
  try {
    return [...rows, ...(await firstPaint(browser, options)), ...(await panning(browser, options))];
  } finally {
    await browser.close();
  }
}

function shellSize({ choice }: BenchmarkOptions): Row[] {
  const row = 'the page without demos and figures, with gzip';
  if (choice.of(row, [{ name: ASKED }]).length === 0) return [];
  const page = join(dirname(createRequire(import.meta.url).resolve('@unbraid/lab')), 'page');
  const found = new Set<string>();
  const add = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const parts = readFileSync(join(page, file), 'utf8').split(/["']/);
    // What is loaded when it is asked for stands in brackets.
    for (const [i, part] of parts.entries())
      if (part.startsWith('./') && part.endsWith('.js') && !parts[i - 1]?.endsWith('(')) add(`assets/${part.slice(2)}`);
  };
  for (const file of readFileSync(join(page, 'index.html'), 'utf8').split('"'))
    if (file.startsWith('assets/')) add(file);
  const bytes = [...found].reduce((sum, file) => sum + gzipSync(readFileSync(join(page, file))).length, 0);
  const label = { row, peer: ASKED, unit: 'kB', goal: 1 };
  return [limitRow(label, 100, [bytes / 1000])];
}

/** A page that is let in. */
async function enter(browser: Browser, { origin, token }: LabProcess): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${origin}/?token=${token}`);
  return page;
}

async function firstPaint(browser: Browser, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `the page's list of ${RUNS.toLocaleString('en-US')} runs, from its address to its rows`;
  if (choice.of(row, [{ name: ASKED }]).length === 0) return [];
  progress(row);
  const place = join(folder, 'short');
  makeLabRuns(place, { runs: RUNS, lines: 20 });
  const server = await startLab({ places: [place], cache: join(folder, 'cache-short') });
  try {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const page = await enter(browser, server);
      await page.goto('about:blank');
      await page.goto(`${server.origin}/#/runs`);
      await page.locator('.rows .body .row').first().waitFor();
      times.push(
        await page.evaluate<number>('new Promise((done) => requestAnimationFrame(() => done(performance.now())))'),
      );
      await page.context().close();
    }
    return [limitRow({ row, peer: ASKED, unit: 'ms', goal: 1 }, 1000, times)];
  } finally {
    await server.close();
  }
}

/** Moves a chart by a little with every frame, and counts frames. */
const MOVE = `(async (seconds) => {
  const over = document.querySelector('.u-over');
  const { left, top, width, height } = over.getBoundingClientRect();
  const send = (on, type, x) => on.dispatchEvent(new MouseEvent(type,
    { bubbles: true, cancelable: true, shiftKey: true, button: 0, clientX: x, clientY: top + height / 2 }));
  const middle = left + width / 2;
  send(over, 'mousedown', middle);
  let frames = 0;
  let now = await new Promise(requestAnimationFrame);
  const begun = now;
  while (now - begun < 1000 * seconds) {
    frames++;
    send(over, 'mousemove', middle + width / 4 * Math.sin(frames / 20));
    now = await new Promise(requestAnimationFrame);
  }
  send(over, 'mouseup', middle);
  return 1000 * frames / (now - begun);
})`;

async function panning(browser: Browser, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `panning ${CURVES} curves`;
  if (choice.of(row, [{ name: ASKED }]).length === 0) return [];
  progress(row);
  const place = join(folder, 'hundred');
  makeLabRuns(place, { runs: CURVES, lines: 10_000 });
  const server = await startLab({ places: [place], cache: join(folder, 'cache-hundred') });
  try {
    const list = (await (await server.get('/api/runs')).json()) as RunList;
    const page = await enter(browser, server);
    const ids = list.runs.map(({ id }) => id).join(',');
    await page.goto(`${server.origin}/#/compare?ids=${ids}&metric=loss&band=off&from=2500&to=7500`);
    await page.getByRole('group', { name: `, ${CURVES} curves` }).waitFor();
    const rates: number[] = [];
    for (let run = 0; run < runs; run++) {
      // Points of the part that is shown have come by then.
      await page.waitForTimeout(2000);
      rates.push(await page.evaluate<number>(`${MOVE}(${PANNING})`));
    }
    const note = `${PANNING} s, moved with every frame; Chromium draws 60 a second at most`;
    return [rowOf({ row, peer: ASKED, unit: 'frames/s', goal: 1, note }, 'higher', rates, [50])];
  } finally {
    await server.close();
  }
}
