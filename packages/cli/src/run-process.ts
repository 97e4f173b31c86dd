import { failureText, main } from './cli.ts';
import { exitCodes } from './io.ts';
import { processIo } from './process-io.ts';
import type { Registry } from './registry.ts';

/** Runs the command with this process's words, streams and signals, and ends the process with its exit code. */
export async function runProcess(registry: Registry): Promise<never> {
  // Before any thread is started: threads of environments that are served can't reach the process's environment.
  process.env.ORT_DISABLE_TELEMETRY ||= '1';
  const io = processIo(registry);
  process.on('uncaughtException', (error) => {
    process.stderr.write(failureText(error, io.debug));
    process.exit(exitCodes.failed);
  });
  // A stray timer or native thread of an experiment must not keep the process alive: no waiting for it to end itself.
  process.exit(await main(process.argv.slice(2), io));
}
