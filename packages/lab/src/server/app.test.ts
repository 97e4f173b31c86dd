import { once } from 'node:events';
import { request } from 'node:http';
import { type ServerType, serve } from '@hono/node-server';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Series } from '../api.ts';
import type { StoredRun } from '../runs/run-store.ts';
import type { SeriesStore } from '../series/series-store.ts';
import { type AppParts, createApp } from './app.ts';

const ids = Array.from({ length: 500 }, (_, i) => `run${i}`);

/** The application over stores that aren't there, at a port of its own. */
async function portOf(series: SeriesStore['series']): Promise<number> {
  const pass: AppParts['access']['guard'] = (_, next) => next();
  const parts = {
    lab: () => ({ readOnly: true }),
    store: { get: (id: string) => ({ id }) as StoredRun },
    series: { series },
    access: { guard: pass, enter: pass, know: pass },
    files: new Map(),
  } as unknown as AppParts;
  const { fetch } = createApp(parts);
  let server: ServerType | undefined;
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch, hostname: '127.0.0.1', port: 0 }, (address) => resolve(address.port));
  });
  onTestFinished(() => void server?.close());
  return port;
}

it('reads no further curves once nobody waits for them', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const signals: (AbortSignal | undefined)[] = [];
  const series = vi.fn<SeriesStore['series']>(async ({ id }, _, signal) => {
    signals.push(signal);
    await released;
    return { id } as Series;
  });
  const port = await portOf(series);
  const asked = request({ host: '127.0.0.1', port, path: `/api/series?metric=loss&ids=${ids.join(',')}` });
  asked.on('error', () => undefined).end();
  await vi.waitFor(() => expect(series.mock.calls.length).toBeGreaterThan(0));
  const begun = series.mock.calls.length;
  const [signal] = signals;
  const gone = once(signal!, 'abort');
  asked.destroy();
  await gone;
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(begun).toBeLessThan(ids.length);
  expect(series).toHaveBeenCalledTimes(begun);
});

it('reads the curves of all runs for whoever waits', async () => {
  const port = await portOf(async ({ id }) => ({ id }) as Series);
  const answer = await fetch(`http://127.0.0.1:${port}/api/series?metric=loss&ids=${ids.join(',')}`);
  expect(await answer.json()).toEqual({ series: ids.map((id) => ({ id })) });
});
