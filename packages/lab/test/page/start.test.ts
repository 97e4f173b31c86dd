import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, type LabBrowser, openLab } from './lab-browser.ts';

describe.skipIf(!hasChromium)('starting a run', () => {
  let lab: LabBrowser;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab?.close());

  it('begins at the form, is seen live, and is stopped from its page', async () => {
    const { page, errors } = await lab.open('#/start?experiment=dynamic-vae/controllers&preset=short');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/#\/runs\/[\da-f]{12}/);
    await page.getByText('running').first().waitFor();
    const chart = page.getByRole('group', { name: /^kl/ });
    await chart.waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('interrupted').first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('shows at the field what is wrong with it, by the page and by the server', async () => {
    const { page } = await lab.open('#/start?experiment=galu/memorize&preset=smoke');
    const trials = page.getByRole('textbox', { name: 'trials', exact: true });
    await trials.fill('0');
    await page.getByText('At least 1 is wanted').waitFor();
    await trials.fill('1');
    // Only the server knows what the list may hold.
    const samples = page.getByRole('textbox', { name: 'samples' });
    await samples.fill('[3]');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => samples.getAttribute('aria-invalid')).toBe('true');
    expect(page.url()).toContain('#/start');
    expect(page.url()).toContain('set.samples=');
  });

  it('is not offered where the lab is read-only', async () => {
    const other = await openLab(['--read-only'], lab.runs);
    try {
      const { page } = await other.open('#/runs');
      await page.getByText('read-only').waitFor();
      await page.getByRole('table', { name: 'Runs' }).waitFor();
      expect(await page.getByRole('link', { name: 'Start' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: /^Tags and notes/ }).count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
