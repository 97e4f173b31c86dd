import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '@unbraid/experiment';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunList } from '../../src/api.ts';
import { hasChromium, type LabBrowser, openLab } from './lab-browser.ts';
import { beginRun, lineOf } from './make-runs.ts';

describe.skipIf(!hasChromium)('a run', () => {
  let lab: LabBrowser;
  let run: Run;
  let id: string;
  beforeAll(async () => {
    lab = await openLab();
    run = await beginRun(lab.runs, { width: 10, seed: 0 });
    id = await vi.waitFor(async () => (await lab.ask<RunList>('/api/runs')).runs[0]!.id, 10_000);
  });
  afterAll(async () => {
    await run?.finish({ error: 1 });
    await lab?.close();
  });

  const chartOf = (page: Page, name: string) => page.getByRole('group', { name: new RegExp(`^${name}`) });
  /** The last value that a legend shows. */
  const lastValue = (page: Page, metric: string) =>
    page
      .locator('figure', { has: page.getByRole('heading', { name: metric }) })
      .locator('.legend li .number')
      .textContent();

  it('has curves that move while lines are appended', async () => {
    const { page, errors } = await lab.open(`#/runs/${id}`);
    await chartOf(page, 'loss in nats against step').waitFor();
    const before = await lastValue(page, 'gain');
    run.progress({ done: 60, total: 100 });
    for (let step = 51; step <= 60; step++) run.log(lineOf(step, 10, 0));
    await expect.poll(() => lastValue(page, 'gain')).toBe('4.0943');
    expect(before).toBe('3.912');
    await page.getByText('60%').waitFor();
    expect(errors).toEqual([]);
  });

  it('reads its values by keys, zooms by them, and keeps the part in the address', async () => {
    const { page } = await lab.open(`#/runs/${id}?m=loss`);
    await lastValue(page, 'loss');
    const chart = chartOf(page, 'loss');
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.locator('.legend .readout').getByText('step 2, loss: 5.4546', { exact: true }).waitFor();
    await page.keyboard.press('+');
    await expect.poll(() => page.url()).toMatch(/from=15\.\d+&to=45/);
    await page.keyboard.press('0');
    await expect.poll(() => page.url()).not.toContain('from=');
  });

  it('zooms by dragging and shows the same as a table', async () => {
    const { page } = await lab.open(`#/runs/${id}?m=loss&log=y`);
    await lastValue(page, 'loss');
    const box = (await chartOf(page, 'loss').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 100, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toContain('from=');
    await page.getByRole('button', { name: 'Show as table' }).click();
    const rows = page.getByRole('table', { name: 'Points of loss' });
    const count = Number(await rows.getAttribute('aria-rowcount'));
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(30);
  });

  it('says what a logarithmic axis can’t show, and marks NaN', async () => {
    const { page } = await lab.open(`#/runs/${id}?m=odd&log=y`);
    for (const odd of [1, -2, Number.NaN, 0, Number.POSITIVE_INFINITY, 4]) run.log({ step: 60, odd });
    await page.getByText(/2 points with a value ≤ 0, which a logarithmic axis can’t show/).waitFor();
    await page.getByText(/✕ 1 value NaN/).waitFor();
    await page.getByText(/▲▼ 1 value infinite/).waitFor();
  });

  it('takes 100,000 lines at once without freezing, and shows the last', async () => {
    const { page } = await lab.open(`#/runs/${id}?tab=log`);
    await page.getByText(/^\d+ lines$/).waitFor();
    await page.evaluate(`{
      let last = performance.now();
      globalThis.longest = 0;
      const tick = () => {
        globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
        last = performance.now();
        requestAnimationFrame(tick);
      };
      tick();
    }`);
    const lines = Array.from({ length: 100_000 }, (_, i) => `${JSON.stringify({ step: 100 + i, many: i })}\n`);
    appendFileSync(join(run.directory, 'metrics.jsonl'), lines.join(''));
    await page.getByText(/^100,0\d\d lines$/).waitFor();
    await page.getByText('many 99999').waitFor();
    const longest = await page.evaluate<number>('globalThis.longest');
    // A frozen page stands still for many seconds; this machine has other work.
    expect(longest).toBeLessThan(3000);
  });

  it('says that the connection is lost, and goes on where it was', async () => {
    const { page } = await lab.open(`#/runs/${id}?m=gain`);
    await chartOf(page, 'gain').waitFor();
    await lab.stop();
    await page.getByText('Connection lost').waitFor();
    // What is loaded when it is needed says so, too.
    await page.getByRole('link', { name: 'Methods' }).click();
    await page.getByText('The lab can’t be reached. Is `unbraid lab` still running?').waitFor();
    await lab.start();
    // A lab that begins anew has a new token; the reader opens its new address.
    const again = await lab.open(`#/runs/${id}?m=gain`);
    await chartOf(again.page, 'gain').waitFor();
    await again.page.getByText('Live').waitFor();
  });
});
