import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterView } from '@unbraid/cluster';
import { RunError } from '@unbraid/experiment';
import { expect, it } from 'vitest';
import { followDatabase } from './follow-database.ts';

it('closes also what a request opens while the database is away and the lab ends, and opens nothing afterwards', async () => {
  let open: (view: ClusterView) => void = () => undefined;
  const opening = new Promise<ClusterView>((resolve) => {
    open = resolve;
  });
  const answers = [Promise.reject(new RunError("cluster: the database can't be reached: gone")), opening];
  let opened = 0;
  let closed = 0;
  const follower = followDatabase({
    address: 'postgres://host/db',
    open: () => answers[opened++]!,
    onRuns: () => undefined,
    onState: () => undefined,
    onWarning: () => undefined,
    pollMs: 60_000,
  });
  await follower.begun;
  expect(follower.state()).toMatchObject({ state: 'lost', error: "the database can't be reached: gone" });
  const asked = follower.ask((view) => view.runs());
  let ended = false;
  const closing = follower.close().then(() => {
    ended = true;
  });
  await pause(20);
  expect(ended).toBe(false);
  const view: Partial<ClusterView> = { runs: async () => [], close: async () => void closed++ };
  open(view as ClusterView);
  expect(await asked).toEqual([]);
  await closing;
  expect(closed).toBe(1);
  await expect(follower.ask((each) => each.runs())).rejects.toMatchObject({ name: 'StateError', code: 'state' });
  expect(opened).toBe(2);
});
