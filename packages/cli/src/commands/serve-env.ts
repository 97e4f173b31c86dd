import { once } from 'node:events';
import { isLoopback } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import type { EnvServer, Limits } from '@unbraid/sim-env/server';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { resolveModule } from '../resolve-module.ts';
import { parsePort } from './port.ts';

export interface ServeFlags {
  readonly host: string;
  readonly port: string;
  readonly token?: string;
  readonly json?: boolean;
  /** `name=number`, any number of times. */
  readonly limit: readonly string[];
}

/** `unbraid serve-env MODULE…`: serves environments until it is interrupted. */
export async function serveEnv(io: Io, names: readonly string[], flags: ServeFlags): Promise<void> {
  const port = parsePort(flags.port);
  const limits = limitsOf(flags.limit);
  const modules = names.map((name) => resolveModule(name, process.cwd()));
  const { serveEnvs } = await import('@unbraid/sim-env/server');
  const { host, token } = flags;
  const server = await serveEnvs({ modules, host, port, limits, ...(token !== undefined && { token }) });
  const interrupts = listenForInterrupts(io, () => void io.stderr.write('Closing all environments.\n'));
  try {
    if (!isLoopback(host)) await io.stderr.write(exposure(server));
    await io.stdout.write(flags.json ? `${JSON.stringify(describe(server))}\n` : invitation(server));
    if (!interrupts.signal.aborted) await once(interrupts.signal, 'abort');
  } finally {
    await server.close();
    interrupts.stop();
  }
}

const describe = ({ url, token, environments, kinds }: EnvServer) => ({ url, token, environments, kinds });

/** What makes an environment of a kind in Python. */
const MAKERS = { single: 'make', parallel: 'parallel_env', turns: 'aec_env' } as const;

/** The line of Python holds for environments of one's own too, and as it stands. */
function invitation({ url, token, environments, kinds }: EnvServer): string {
  return [
    `Serving at ${url}:`,
    ...environments.map((id) => `  ${id}`),
    '',
    'From Python, with the package unbraid_gym:',
    `  import unbraid_gym; env = unbraid_gym.${MAKERS[kinds[0]!]}("${environments[0]}", url="${url}", token="${token}")`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

const exposure = ({ url }: EnvServer): string =>
  `Warning: other machines can reach ${url}. Nothing is encrypted, the token neither: whoever hears it can run these environments. A tunnel (ssh -L) to 127.0.0.1 is safe.\n`;

/** Names and ranges are for the server to check. */
function limitsOf(texts: readonly string[]): Partial<Limits> {
  const entries = texts.map((text) => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || Number.isNaN(Number(value))) {
      throw new UsageError(`--limit ${text}: write it as name=number, such as connections=64`);
    }
    return [name, Number(value)] as const;
  });
  return Object.fromEntries(entries);
}
