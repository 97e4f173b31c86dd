import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from '../../cluster/test/postgres.ts';
import { call } from './call.ts';
import { type ChaosPlan, chaos } from './chaos.ts';

const postgres = findPostgres();
/** `npm run chaos`: what takes minutes. */
const isFull = process.env.UNBRAID_CHAOS === 'full';
/** By `npm run test:cluster` and `npm run chaos`. */
const isAsked = isFull || process.env.UNBRAID_CLUSTER === 'all';

const small: ChaosPlan = {
  kills: 3,
  coordinatorKills: 1,
  restarts: 1,
  pauses: 1,
  pauseSeconds: 18,
  interval: 2,
  workers: 2,
  items: 20,
  seed: 1,
  onNote: () => undefined,
};
const full: ChaosPlan = {
  ...small,
  kills: 50,
  coordinatorKills: 5,
  restarts: 3,
  pauses: 3,
  pauseSeconds: 60,
  interval: 3,
  workers: 4,
  items: 150,
  seed: 2,
  onNote: (note) => void process.stderr.write(`${note}\n`),
};

let server: TestPostgres;
beforeAll(async () => {
  if (!existsSync(new URL('../dist/index.js', import.meta.url)))
    throw new Error('these tests run built files; run "npm run build" first');
  // With fsync: what Postgres said was committed is there after it ended at once.
  if (isAsked && postgres !== undefined) server = await startPostgres(postgres, {});
}, 120_000);
afterAll(() => server?.stop());

describe.skipIf(!isAsked || postgres === undefined || process.platform !== 'linux')(`chaos (${NEEDS_POSTGRES})`, () => {
  it('loses nothing, does nothing twice, and changes no result', {
    timeout: isFull ? 1_200_000 : 240_000,
  }, async () => {
    const url = await server.createDatabase();
    expect((await call(['queue', 'init', url])).code).toBe(0);
    const plan = isFull ? full : small;
    const report = await chaos(server, url, plan);
    plan.onNote(JSON.stringify(report));
    expect(report.failed).toEqual([]);
    expect(report.different).toBe(0);
    expect(report.units).toBe(report.runs * 2 * plan.items);
    expect(report.begunAgain).toBeGreaterThan(0);
  });
});
