import { connect, serveEnvs } from '@unbraid/sim-env/server';
import { coroutineRing } from './ring.ts';

/** How many environments step by one message. */
export const BRIDGED = 64;

/** Steps a second through a server and a client, each in its own thread of this machine, measured for at least so many seconds. */
export async function bridgeStepsPerSecond(seconds: number): Promise<number> {
  const { name, module } = coroutineRing.definition;
  const server = await serveEnvs({ modules: [module!] });
  try {
    const client = await connect(server.url, server.token);
    const { group } = await client.ask({ do: 'make', env: `${name}-v0`, count: BRIDGED });
    await client.ask({ do: 'reset', group, seed: 1 });
    const actions = Int32Array.from({ length: BRIDGED }, (_, i) => i & 1);
    let [steps, milliseconds] = [0, 0];
    const begin = performance.now();
    while (milliseconds < 1000 * seconds) {
      await client.ask({ do: 'step', group, actions });
      steps += BRIDGED;
      milliseconds = performance.now() - begin;
    }
    await client.close();
    return (1000 * steps) / milliseconds;
  } finally {
    await server.close();
  }
}
