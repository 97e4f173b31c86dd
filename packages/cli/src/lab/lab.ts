import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { isLoopback } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import type { LabServer } from '@unbraid/lab';
import { asUsage } from '../commands/as-usage.ts';
import { parsePort } from '../commands/port.ts';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';

/** Flags of `unbraid lab`. */
export interface LabFlags {
  readonly on?: string;
  readonly host: string;
  readonly port: string;
  readonly open?: boolean;
  readonly readOnly?: boolean;
  readonly json?: boolean;
}

/** Where runs are made unless a command says otherwise. */
const USUAL = 'runs';

/** `unbraid lab [DIR…] [--on DB]`: serves the page of runs until it is interrupted. */
export async function lab(io: Io, directories: readonly string[], flags: LabFlags): Promise<void> {
  const port = parsePort(flags.port);
  checkFolders(directories);
  const { serveLab } = await import('@unbraid/lab');
  const server = await asUsage(() =>
    serveLab({
      places: directories.length > 0 || flags.on !== undefined ? directories : [USUAL],
      ...(flags.on !== undefined && { on: flags.on }),
      onWarning: (line) => void io.stderr.write(`Warning: ${line}\n`),
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

/** One that is named and isn't there is a slip; the usual one comes with the first run. */
function checkFolders(directories: readonly string[]): void {
  for (const directory of directories) {
    if (!existsSync(directory)) throw new UsageError(`lab: there is no folder ${directory}`);
    if (!statSync(directory).isDirectory()) throw new UsageError(`lab: ${directory} is no folder`);
  }
}
