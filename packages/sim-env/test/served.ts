import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { connect, type EnvServer, type ServeOptions, serveEnvs } from '../src/server/index.ts';

/** The environments of `fixtures/served.js` and of `fixtures/plain-walker.js`. */
export const modules = ['served', 'plain-walker'].map((name) => new URL(`fixtures/${name}.js`, import.meta.url).href);

/** A server that is closed when the test has finished. Clients' threads resolve packages to what is built. */
export async function serve(options: Partial<ServeOptions> = {}): Promise<EnvServer> {
  const built = new URL('../dist/server/session-main.js', import.meta.url);
  if (!existsSync(fileURLToPath(built))) throw new Error('these tests run built files; run "npm run build" first');
  const server = await serveEnvs({ modules, execArgv: [], ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A client of it. */
export const enter = ({ url, token }: EnvServer) => connect(url, token);

/** Waits until something holds; a test that waits in vain ends by its time-out. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
