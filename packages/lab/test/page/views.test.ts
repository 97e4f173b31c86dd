import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunList } from '../../src/api.ts';
import { isWhole } from '../is-whole.ts';
import { command, hasChromium, type LabBrowser, openLab } from './lab-browser.ts';
import { beginRun, makeRun } from './make-runs.ts';

/** Trials that take a moment each. */
const SWEEP = ['--preset', 'smoke', '--seeds', '0..1', '--metric', 'transitionGaluGaussian', '--goal', 'min'].concat([
  '--set',
  'iterations=200,500',
  '--set',
  'reluSteps=2,4',
]);

// All views in light and dark by `npm run test:browser`, otherwise some in one of them.
describe.skipIf(!hasChromium)('every view', () => {
  let lab: LabBrowser;
  let views: Readonly<Record<string, string>>;
  beforeAll(async () => {
    lab = await openLab();
    if (isWhole)
      execFileSync(process.execPath, [command, 'sweep', 'galu/memorize', ...SWEEP, '--out', join(lab.runs, 'sweep')], {
        stdio: 'ignore',
      });
    for (const seed of [0, 1, 2]) await makeRun(lab.runs, { width: 10, seed });
    const running = await beginRun(lab.runs, { width: 20, seed: 0 });
    running.progress({ done: 1, total: 3, label: 'epoch' });
    running.table('sizes', { title: 'Sizes', columns: ['name', 'size'], rows: [['a', 1]] });
    // The server looks at its folders once a second.
    const runs = await vi.waitFor(async () => {
      const found = (await lab.ask<RunList>('/api/runs')).runs;
      if (found.length < (isWhole ? 5 : 4)) throw new Error(`${found.length} runs are found`);
      return found;
    }, 20_000);
    const idOf = (name: string) => runs.find((row) => row.name.endsWith(name))?.id;
    const run = `#/runs/${idOf('w20-s0')}`;
    const ids = [0, 1, 2].map((seed) => idOf(`w10-s${seed}`)).concat(idOf('w20-s0'));
    views = {
      runs: '#/runs',
      groups: '#/runs?q=test/&group=settings.width,seed',
      curves: `${run}?smooth=0.6&log=xy`,
      results: `#/runs/${ids[0]}?tab=results`,
      log: `${run}?tab=log`,
      settings: `${run}?tab=settings`,
      files: `${run}?tab=files`,
      compare: `#/compare?ids=${ids.join(',')}&best=error:min`,
      sweep: `#/sweeps/${idOf('sweep')}`,
      start: '#/start?experiment=galu/memorize&preset=smoke&set.trials=0',
      methods: '#/methods',
    };
  }, 180_000);
  afterAll(() => lab?.close());

  const all = [
    'runs',
    'groups',
    'curves',
    'results',
    'log',
    'settings',
    'files',
    'compare',
    'sweep',
    'start',
    'methods',
  ];
  const names = isWhole ? all : ['runs', 'curves', 'compare', 'start'];

  it.each(
    names.flatMap((name, i) =>
      [false, true].filter((dark) => isWhole || dark === (i % 2 === 1)).map((dark) => [name, dark] as const),
    ),
  )('%s has nothing that axe finds (dark: %s)', async (name, dark) => {
    const { page, violations, errors } = await lab.open(views[name]!, { dark });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.getByText('Loading').first().waitFor({ state: 'detached' });
    expect(await violations()).toEqual([]);
    expect(errors).toEqual([]);
  });

  it.each(names)('%s is no wider than a telephone', async (name) => {
    const { page, overflow } = await lab.open(views[name]!, { width: 360, height: 740 });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.getByText('Loading').first().waitFor({ state: 'detached' });
    expect(await overflow()).toBeLessThanOrEqual(0);
  });

  it.skipIf(!isWhole)(
    'of a sweep shows its figures, the best and its command, and follows the reader’s metric',
    async () => {
      const { page } = await lab.open(views.sweep!);
      await page
        .getByRole('img', { name: /^Parallel coordinates of 8 trials/ })
        .locator('svg')
        .waitFor();
      await page
        .getByRole('img', { name: /^transitionGaluGaussian against iterations/ })
        .locator('svg')
        .waitFor();
      await page.getByText('8 of 8 trials done').waitFor();
      const text = await page.locator('.command pre').textContent();
      expect(text).toContain('run galu/memorize');
      await page.locator('.command').getByRole('button').click();
      expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(text);
      await page.getByRole('combobox', { name: 'Result' }).selectOption('seconds');
      await page.getByRole('heading', { name: 'seconds by setting' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'transitionGaluGaussian by setting' }).waitFor();
    },
  );

  it('keeps the colours that the reader chooses', async () => {
    const { page } = await lab.open('#/runs');
    await page.getByLabel('Colours').selectOption('dark');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(22, 24, 29)');
    await page.reload();
    expect(await ground()).toBe('rgb(22, 24, 29)');
  });

  it('is reached by keys, the content first', async () => {
    const { page } = await lab.open('#/runs');
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.type')).toBe('search');
  });
});
