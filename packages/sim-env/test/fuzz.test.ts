import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { enter, modules, serve, until } from './served.ts';

/** 100,000 by `npm run fuzz -w @unbraid/sim-env`. */
const MESSAGES = Number(process.env.UNBRAID_FUZZ_MESSAGES ?? 3000);
const MESSAGE_BYTES = 20_000;
const MINUTES = 60_000;

it(
  `bears ${MESSAGES} senseless messages while another client's environment goes on as if it were alone`,
  async () => {
    const agents = new URL('fixtures/served-agents.js', import.meta.url).href;
    const server = await serve({ modules: [...modules, agents], limits: { messageBytes: MESSAGE_BYTES } });
    const other = await enter(server);
    const { group } = await other.ask({
      do: 'make',
      env: 'test/Counter-v0',
      count: 1,
      autoreset: 'disabled',
      maxEpisodeSteps: 1e9,
    });
    await other.ask({ do: 'reset', group, seed: 0 });
    let [steps, fuzzing] = [0, true];
    const steadily = async () => {
      while (fuzzing) {
        const { observations } = await other.ask({ do: 'step', group, actions: Int32Array.of(1) });
        expect(observations).toEqual(Float32Array.of(++steps));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const stopping = () => {
      fuzzing = false;
    };
    const [report] = await Promise.all([fuzz(server, MESSAGES, 1, MESSAGE_BYTES).finally(stopping), steadily()]);
    expect(report.sent).toBe(MESSAGES);
    // Whoever is sent away has a few messages unanswered; all others have a reply each.
    expect(report.replies).toBeGreaterThan(report.sent - 20 * report.connections);
    expect(steps).toBeGreaterThan(0);
    await until(() => server.connections === 1);
    await expect(other.ask({ do: 'list' })).resolves.toHaveProperty('environments');
  },
  20 * MINUTES,
);
