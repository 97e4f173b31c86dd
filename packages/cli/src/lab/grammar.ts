import type { Command } from 'commander';
import { exitCodes, type Io } from '../io.ts';
import type { LabFlags } from './lab.ts';

/** `unbraid lab`, whose package is loaded when it is called. */
export function addLab(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('lab')
    .description('see runs live in the browser, compare them, start and stop them, until Ctrl-C')
    .argument('[dir...]', 'folders of runs, with all that are below them (default: runs, or with --on none)')
    .option(
      '--on <db>',
      'show the runs of this Postgres database too, which `queue init` has prepared; it is only read (postgres://user@host/name)',
    )
    .option('--host <host>', 'the address to listen at; only this machine reaches the default', '127.0.0.1')
    .option('--port <n>', 'the port to listen at, 0 for one that is free', '0')
    .option('--open', 'show the page in the browser')
    .option('--read-only', 'nothing can be started, stopped or noted')
    .option('--json', 'print one JSON line {url, origin, token} and nothing else')
    .action(async (directories: readonly string[], flags: LabFlags) => {
      const { lab } = await import('./lab.ts');
      await lab(io, directories, flags);
      done(exitCodes.done);
    });
}
