import { messageOf, UsageError } from '@unbraid/experiment';
import { CommanderError } from 'commander';
import { exitCodes, type Io } from './io.ts';
import { createProgram } from './program.ts';
import { RunFailure } from './run-failure.ts';
import { commandLine } from './shell.ts';
import { shortPath } from './short-path.ts';
import { inOneLine, visible } from './text-table.ts';

/**
 * The `unbraid` command.
 * @param args the words after the command's name.
 * @returns the exit code: 0 done, 1 failed, 2 bad usage, 130 interrupted.
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.done;
  try {
    await createProgram(io, (result) => {
      code = result;
    }).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badUsage;
    await io.stderr.write(failureText(error, io.debug));
    if (error instanceof RunFailure) await io.stderr.write(wayOn(io, error));
    return error instanceof UsageError ? exitCodes.badUsage : exitCodes.failed;
  }
}

const wayOn = (io: Io, { directory }: RunFailure): string =>
  `What was done is kept. Once the cause is mended, go on with: ${commandLine(io.program, ['resume', shortPath(directory)])}\n`;

/** One line, whatever the error; with `debug`, where it came from as well. */
export function failureText(error: unknown, debug: boolean): string {
  const message = visible(inOneLine(messageOf(error).replace(/^experiment: /, '')));
  const origin = error instanceof RunFailure ? error.cause : error;
  const stack = debug && origin instanceof Error ? `${origin.stack}\n` : '';
  return `unbraid: ${message}\n${stack}`;
}
