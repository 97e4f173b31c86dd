import { messageOf, UsageError } from '@unbraid/experiment';
import { CommanderError } from 'commander';
import { exitCodes, type Io } from './io.ts';
import { createProgram } from './program.ts';
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
    return error instanceof UsageError ? exitCodes.badUsage : exitCodes.failed;
  }
}

/** One line, whatever the error; with `debug`, where it came from as well. */
export function failureText(error: unknown, debug: boolean): string {
  const message = visible(inOneLine(messageOf(error).replace(/^experiment: /, '')));
  const stack = debug && error instanceof Error ? `${error.stack}\n` : '';
  return `unbraid: ${message}\n${stack}`;
}
