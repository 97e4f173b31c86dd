import { type ChromiumPage, openPage } from '../chromium/page.ts';
import { startServer } from '../chromium/server.ts';
import type { Prepared, Ran } from '../protocol.ts';
import { serve } from '../serve.ts';
import type { ChromiumTask } from '../tasks/web.ts';

/** A side whose work is done in a Worker of a page in a Chromium of its own. */

let page: ChromiumPage;
let fresh: () => Promise<NonNullable<Ran['figures']>>;

await serve<ChromiumTask>({
  async prepare(task) {
    const server = await startServer(task);
    page = await openPage(server.url);
    fresh = async () => {
      if (!task.freshPages) return {};
      server.forget();
      const { milliseconds } = await page.firstStep(task.task);
      return { firstStep: milliseconds, download: server.gzippedBytes() / 1e6 };
    };
    const { done } = await page.ask<Prepared>({ do: 'prepare', task: task.task });
    return done;
  },
  async run(options) {
    const { done } = await page.ask<Pick<Ran, 'milliseconds'>>({ do: 'run', options });
    const peakBytes = await page.peakBytes();
    return { ...done, ...(peakBytes !== undefined && { peakBytes }), figures: await fresh() };
  },
});
