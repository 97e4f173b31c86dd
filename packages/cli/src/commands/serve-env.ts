import { once } from 'node:events';
import { UsageError } from '@unbraid/experiment';
import type { EnvServer } from '@unbraid/sim-env/server';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { resolveModule } from '../resolve-module.ts';

export interface ServeFlags {
  readonly host: string;
  readonly port: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** `unbraid serve-env MODULE…`: serves environments until it is interrupted. */
export async function serveEnv(io: Io, names: readonly string[], flags: ServeFlags): Promise<void> {
  const port = portOf(flags.port);
  const modules = names.map((name) => resolveModule(name, process.cwd()));
  const { serveEnvs } = await import('@unbraid/sim-env/server');
  const { host, token } = flags;
  const server = await serveEnvs({ modules, host, port, ...(token !== undefined && { token }) });
  const interrupts = listenForInterrupts(io, () => void io.stderr.write('Closing all environments.\n'));
  try {
    await io.stdout.write(flags.json ? `${JSON.stringify(describe(server))}\n` : invitation(server));
    if (!interrupts.signal.aborted) await once(interrupts.signal, 'abort');
  } finally {
    await server.close();
    interrupts.stop();
  }
}

const describe = ({ url, token, environments }: EnvServer) => ({ url, token, environments });

function invitation({ url, token, environments }: EnvServer): string {
  return [
    `Serving at ${url}:`,
    ...environments.map((id) => `  ${id}`),
    '',
    'From Python, with the package unbraid_gym:',
    `  gymnasium.make("${environments[0]}", url="${url}", token="${token}")`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(`--port ${text}: a port is an integer from 0 to 65535, 0 for one that is free`);
}
