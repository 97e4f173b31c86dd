import { basename, relative } from 'node:path';
import type { Io, Output } from './io.ts';
import { openFile } from './open.ts';
import type { Registry } from './registry.ts';

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
function programName(): string {
  const script = process.argv[1] ?? '';
  if (process.env.npm_execpath !== undefined) return 'npx @unbraid/cli';
  return basename(script) === 'unbraid' ? 'unbraid' : `node ${relative('', script)}`;
}

/** The process's own streams, signals and surroundings. */
export function processIo(registry: Registry): Io {
  return {
    registry,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    signals: process,
    exit: (code) => process.exit(code),
    program: programName(),
    debug: process.env.UNBRAID_DEBUG === '1',
    open: openFile,
  };
}
