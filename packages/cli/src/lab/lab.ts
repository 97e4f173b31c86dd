import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { InputError } from '@unbraid/checks';
import { UsageError } from '@unbraid/experiment';
import type { LabServer } from '@unbraid/lab';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';

/** Flags of `unbraid lab`. */
export interface LabFlags {
  readonly host: string;
  readonly port: string;
  readonly open?: boolean;
  readonly readOnly?: boolean;
  readonly json?: boolean;
}

/** Where runs are made unless a command says otherwise. */
const USUAL = 'runs';

/** `unbraid lab [DIR…]`: serves the page of runs until it is interrupted. */
export async function lab(io: Io, directories: readonly string[], flags: LabFlags): Promise<void> {
  const port = portOf(flags.port);
  checkFolders(directories);
  const { serveLab, isLoopback } = await import('@unbraid/lab');
  const server = await usable(() =>
    serveLab({
      places: directories.length > 0 ? directories : [USUAL],
      host: flags.host,
      port,
      readOnly: flags.readOnly ?? false,
      experiments: io.registry,
      ...(io.worker && { program: { module: io.worker.module, execArgv: io.worker.execArgv } }),
    }),
  );
  const interrupts = listenForInterrupts(io, () => void io.stderr.write('Closing the lab.\n'));
  try {
    if (!isLoopback(flags.host)) await io.stderr.write(exposure(server));
    await io.stdout.write(flags.json ? `${JSON.stringify(describe(server))}\n` : invitation(server));
    if (flags.open) await io.open(server.url);
    if (!interrupts.signal.aborted) await once(interrupts.signal, 'abort');
  } finally {
    await server.close();
    interrupts.stop();
  }
}

const describe = ({ url, origin, token }: LabServer) => ({ url, origin, token });

const invitation = ({ url }: LabServer): string => `The lab is at ${url}\nCtrl-C ends it.\n`;

const exposure = ({ origin }: LabServer): string =>
  `Warning: other machines can reach ${origin}. Nothing is encrypted, the token neither: whoever hears it can see these runs, and start others. A tunnel (ssh -L) to 127.0.0.1 is safe.\n`;

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(`--port ${text}: a port is an integer from 0 to 65535, 0 for one that is free`);
}

/** One that is named and isn't there is a slip; the usual one comes with the first run. */
function checkFolders(directories: readonly string[]): void {
  for (const directory of directories) {
    if (!existsSync(directory)) throw new UsageError(`lab: there is no folder ${directory}`);
    if (!statSync(directory).isDirectory()) throw new UsageError(`lab: ${directory} is no folder`);
  }
}

async function usable<T>(serve: () => Promise<T>): Promise<T> {
  try {
    return await serve();
  } catch (error) {
    if (error instanceof InputError && error.code === 'setting') throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
