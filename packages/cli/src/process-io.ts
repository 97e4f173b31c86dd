import { basename, relative } from 'node:path';
import type { WorkerProgram } from '@unbraid/experiment/workers';
import type { Io, Output } from './io.ts';
import { watchNpm } from './npm-watch.ts';
import { openFile } from './open.ts';
import type { Registry } from './registry.ts';
import { WORK_UNITS } from './workers/work-units.ts';

function outputOf(stream: NodeJS.WriteStream): Output {
  // The error of a write comes to its callback as well; without a listener it would end the process.
  stream.on('error', () => undefined);
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      // A terminal of unknown size says 0.
      return stream.columns || 80;
    },
    write: (text) =>
      new Promise((done, failed) => {
        stream.write(text, (error) => {
          if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') failed(error);
          else done();
        });
      }),
  };
}

/** How the user called us, to name commands that they can type. */
export function programName(script = process.argv[1] ?? ''): string {
  // What npx fetched for this call is not installed: without its whole name the next call would fetch another package.
  if (/[\\/]_npx[\\/]/.test(script)) return 'npx @unbraid/cli';
  if (process.env.npm_execpath !== undefined) return 'npx unbraid';
  return basename(script) === 'unbraid' ? 'unbraid' : `node ${relative('', script)}`;
}

/** This process's program, which does units of a run where it is called with the words for it; it is called by its file, not where Node runs text. */
function ownProgram([, module] = process.argv): WorkerProgram | undefined {
  return module === undefined ? undefined : { module, args: [WORK_UNITS] };
}

/** The process's own streams, signals and surroundings. */
export function processIo(registry: Registry): Io {
  return {
    registry,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    signals: process,
    whenNpmEnds: watchNpm,
    worker: ownProgram(),
    exit: (code) => process.exit(code),
    program: programName(),
    debug: process.env.UNBRAID_DEBUG === '1',
    open: openFile,
  };
}
