import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from '../../../cluster/test/postgres.ts';
import type { RunList } from '../../src/api.ts';
import { beginAtWork, type RunAtWork, withoutPassword } from '../database/at-work.ts';
import { openGates } from '../database/gated.ts';
import { isWhole } from '../is-whole.ts';
import { hasChromium, type LabBrowser, openLab } from './lab-browser.ts';

const bin = findPostgres();

/** By `npm run test:browser`: a server, a worker, the command and a browser take a while to begin. */
describe.skipIf(!hasChromium || bin === undefined || !isWhole)(`a run of a database (${NEEDS_POSTGRES})`, () => {
  let server: TestPostgres;
  let run: RunAtWork;
  let lab: LabBrowser;
  let url: string;
  let id: string;
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-lab-database-'));
  const shown = mkdtempSync(join(tmpdir(), 'unbraid-lab-database-'));
  beforeAll(async () => {
    server = await startPostgres(bin!);
    url = await server.createDatabase();
    run = await beginAtWork(url, folder);
    lab = await openLab(['--on', url], shown);
    id = (await lab.ask<RunList>('/api/runs')).runs[0]!.id;
  }, 180_000);
  afterAll(async () => {
    await run?.close();
    await lab?.close();
    await server?.stop();
    for (const path of [folder, shown]) rmSync(path, { recursive: true, force: true });
  });

  it('shows its workers as they go on, and what units have put out', async () => {
    const { page, errors, violations } = await lab.open(`#/runs/${id}?tab=workers`);
    await page.getByText('2 of 4 units done, 1 at work, 1 waiting, none failed').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'here' });
    expect(await row.textContent()).toMatch(/worker 1, process \d+, 1 core● at worksquare 2/);
    await page.getByText('lines, figures and tables of 2 of the 2 units that have ended').waitFor();
    await page.getByText('More workers, or none').click();
    await page.getByText(`unbraid queue cancel ${withoutPassword(url)} 1`).waitFor();
    expect(await violations()).toEqual([]);
    // Nothing can be stopped or noted of a run whose directory is elsewhere.
    expect(await page.getByRole('button', { name: /^(Stop|Tags and notes)$/ }).count()).toBe(0);
    openGates();
    await page.getByText('3 of 4 units done, 1 at work, 0 waiting, none failed').waitFor();
    await page.getByRole('link', { name: 'Curves' }).click();
    await page.getByRole('group', { name: /^square against item/ }).waitFor();
    expect(errors).toEqual([]);
  });

  it('fits a telephone, dark too', async () => {
    for (const [width, dark] of [
      [360, false],
      [360, true],
    ] as const) {
      const { page, overflow, violations, close } = await lab.open(`#/runs/${id}?tab=workers`, { width, dark });
      await page.getByRole('table').waitFor();
      expect(await overflow()).toBeLessThanOrEqual(0);
      expect(await violations()).toEqual([]);
      await close();
    }
  });

  it('says that its database is lost, and that it is back', async () => {
    const { page, errors } = await lab.open(`#/runs/${id}?tab=workers`);
    await page.getByText('● Database').waitFor();
    const restarted = server.restart('fast', 3);
    await page.getByText('○ Database lost').waitFor();
    const notice = page.getByRole('alert').filter({ hasText: 'Runs of the database are shown as they were at' });
    expect(await notice.textContent()).not.toContain(new URL(url).password);
    await restarted;
    await page.getByText('● Database').waitFor();
    await notice.waitFor({ state: 'detached' });
    await run.finish();
    await page.getByText('4 of 4 units done, 0 at work, 0 waiting, none failed').waitFor();
    expect(errors).toEqual([]);
  });
});
