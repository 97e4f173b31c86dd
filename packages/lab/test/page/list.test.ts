import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, type LabBrowser, openLab } from './lab-browser.ts';
import { makeRun } from './make-runs.ts';

describe.skipIf(!hasChromium)('the list of runs', () => {
  let lab: LabBrowser;
  beforeAll(async () => {
    lab = await openLab();
    for (const width of [10, 20])
      for (const seed of [0, 1, 2]) await makeRun(lab.runs, { width, seed, error: (seed + 1) / width });
    await makeRun(lab.runs, { name: 'other/loop', width: 5, seed: 0 });
  });
  afterAll(() => lab?.close());

  it('shows every run, and those that a filter lets through', async () => {
    const { page, errors } = await lab.open('#/runs');
    await page.getByText('7 runs', { exact: true }).waitFor();
    await page.getByLabel('Filter').fill('test/ seed>0 width=20');
    await page.getByText('2 of 7 runs').waitFor();
    expect(await page.getByRole('table', { name: 'Runs' }).getByRole('link').allTextContents()).toEqual(
      expect.arrayContaining(['test-loop-w20-s1', 'test-loop-w20-s2']),
    );
    expect(page.url()).toContain('q=test/+seed%3E0+width%3D20');
    expect(errors).toEqual([]);
  });

  it('says what is wrong with a filter', async () => {
    const { page } = await lab.open('#/runs?q=widht=20');
    await page.getByText('No run has “widht”; the nearest is “width” (letter 1)').waitFor();
  });

  it('groups by settings, with mean and deviation over seeds', async () => {
    const { page } = await lab.open('#/runs?q=test/&group=settings.width&sort=settings.width');
    const rows = page.getByRole('table', { name: 'Groups of runs' }).getByRole('row');
    await rows.nth(2).waitFor();
    // Errors are 0.1, 0.2, 0.3 and 0.05, 0.1, 0.15.
    expect(await rows.nth(1).textContent()).toContain('0.2 ± 0.1');
    expect(await rows.nth(2).textContent()).toContain('0.1 ± 0.05');
    await rows.nth(1).getByRole('link', { name: '3 runs' }).click();
    await page.getByText('3 of 7 runs').waitFor();
    await page.goBack();
    await page.getByRole('table', { name: 'Groups of runs' }).waitFor();
  });

  it('sorts numbers as numbers, either way', async () => {
    const { page } = await lab.open('#/runs?cols=name,settings.width&sort=settings.width');
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
    await rows.nth(7).waitFor();
    expect(await rows.nth(1).textContent()).toContain('w5-');
    await page.getByRole('button', { name: 'width' }).click();
    await expect.poll(() => rows.nth(1).textContent()).toContain('w20-');
    await expect.poll(() => rows.nth(7).textContent()).toContain('w5-');
  });

  it('opens its menus within the window, and closes them by Escape and by a press elsewhere', async () => {
    const { page } = await lab.open('#/runs', { width: 360, height: 740 });
    const menu = page.locator('details.menu', { hasText: 'Columns' });
    const sheet = menu.locator('.sheet');
    const button = menu.locator('summary');
    await button.click();
    await expect
      .poll(async () => {
        const { x, width } = (await sheet.boundingBox())!;
        return x >= 0 && x + width <= 360;
      })
      .toBe(true);
    await sheet.getByLabel('Find a column').press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    expect(await button.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
    await button.click();
    await page.getByRole('heading', { name: 'Runs' }).click();
    await sheet.waitFor({ state: 'hidden' });
  });

  it('compares runs that are selected, and marks the best as the reader says', async () => {
    const { page, errors } = await lab.open('#/runs?q=width=20&sort=seed');
    await page.getByLabel('Select test-loop-w20-s0').check();
    await page.getByLabel('Select test-loop-w20-s2').check();
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor();
    const chart = page.getByRole('group', { name: /^loss in nats against step, 1 curve/ });
    await chart.waitFor();
    await page.getByLabel('Mean ± deviation over seeds').uncheck();
    await page.getByRole('group', { name: /^loss in nats against step, 2 curves/ }).waitFor();
    await page.getByRole('button', { name: 'error mark best' }).click();
    const best = page.getByRole('cell', { name: '★ 0.05' });
    await best.waitFor();
    expect(await page.getByText('★').count()).toBe(1);
    expect(await page.getByText('All settings but the seed are the same.').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('keeps tags and notes', async () => {
    const { page } = await lab.open('#/runs?q=other/');
    await page.getByRole('button', { name: 'Tags and notes of other-loop-w5-s0' }).click();
    await page.getByLabel('Tags, apart by spaces').fill('#odd small');
    await page.getByRole('textbox', { name: 'Notes' }).fill('<b>not bold</b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('#odd').waitFor();
    const again = await lab.open('#/runs?q=%23small');
    await again.page.getByText('1 of 7 runs').waitFor();
    await again.page.getByRole('link', { name: 'other-loop-w5-s0' }).click();
    await again.page.getByText('<b>not bold</b>').waitFor();
  });

  it('tags several runs at once, with several tags', async () => {
    const { page } = await lab.open('#/runs?q=width=10');
    await page.getByLabel('Select test-loop-w10-s0').check();
    await page.getByLabel('Select test-loop-w10-s1').check();
    await page.getByLabel('Tags for the selected runs').fill('#good, old good');
    await page.getByRole('button', { name: 'Add tags' }).click();
    await expect.poll(() => page.getByText('#good', { exact: true }).count()).toBe(2);
    expect(await page.getByText('#old', { exact: true }).count()).toBe(2);
    const again = await lab.open('#/runs?q=%23good+%23old');
    await again.page.getByText('2 of 7 runs').waitFor();
  });

  it('lists a directory that can’t be read with the reason, and shows what of it can be', async () => {
    const directory = join(lab.runs, 'broken');
    await makeRun(lab.runs, { name: 'broken', width: 4, seed: 0, directory });
    writeFileSync(join(directory, 'config.json'), '{"half');
    const { page } = await lab.open('#/runs?q=status:unreadable');
    const row = page.getByRole('table', { name: 'Runs' }).getByRole('row').nth(1);
    await expect.poll(() => row.textContent()).toContain('config.json is damaged');
    expect(await row.textContent()).not.toContain('0 ms');
    await row.getByRole('link', { name: 'broken' }).click();
    await page.getByRole('heading', { level: 1, name: 'broken' }).waitFor();
    await page.getByText(/config\.json is damaged/).waitFor();
    await page.getByRole('group', { name: /^loss/ }).waitFor();
    expect(await page.locator('.run-head').textContent()).not.toContain('()');
    rmSync(directory, { recursive: true });
    await page.goto('about:blank');
  });

  it('shows a run that begins meanwhile', async () => {
    const { page } = await lab.open('#/runs');
    await page.getByText('7 runs', { exact: true }).waitFor();
    await makeRun(lab.runs, { name: 'late/loop', width: 3, seed: 0 });
    await page.getByText('8 runs', { exact: true }).waitFor();
  });
});
