import type { Command } from 'commander';
import { exitCodes, type Io } from '../io.ts';
import { ON } from './flags.ts';
import type { QueueFlags } from './queue.ts';
import type { WorkerFlags } from './worker.ts';

const JSON_FLAG = ['--json', 'print one JSON object and nothing else'] as const;
const DATABASE = ['<db>', 'a Postgres database: postgres://user@host/name'] as const;

const changes = {
  cancel: 'give no more units of a run to workers; those at work stop',
  retry: "offer again what isn't done of a run that failed or was cancelled",
  remove: "remove a run from the database; its directory isn't touched",
} as const;

/** What `worker` and `queue` add to the command. */
export function addClusterCommands(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('worker')
    .description('do parts of runs that other machines began, by way of a database, until Ctrl-C')
    .requiredOption(...ON)
    .option('--cores <n>', 'cores that it may use (default: those that the process may use)')
    .option('--threads <n>', 'threads of each part: so many parts at once as have that many of the cores', '1')
    .option('--once', 'end once nothing is left to do')
    .action(async (flags: WorkerFlags) => {
      const { worker } = await import('./worker.ts');
      done(await worker(io, flags));
    });
  const queue = program.command('queue').description('prepare a database for runs on many machines, and look after it');
  queue
    .command('init')
    .description('prepare a database, or bring it up to date')
    .argument(...DATABASE)
    .option(...JSON_FLAG)
    .action(async (database: string, flags: QueueFlags) => {
      const { initQueue } = await import('./queue.ts');
      await initQueue(io, database, flags);
      done(exitCodes.done);
    });
  queue
    .command('status')
    .description('show the runs and workers of a database, or one run')
    .argument(...DATABASE)
    .argument('[run]', 'its number')
    .option(...JSON_FLAG)
    .action(async (database: string, run: string | undefined, flags: QueueFlags) => {
      const { queueStatus } = await import('./queue.ts');
      await queueStatus(io, database, run, flags);
      done(exitCodes.done);
    });
  for (const change of Object.keys(changes) as (keyof typeof changes)[]) {
    queue
      .command(change)
      .description(changes[change])
      .argument(...DATABASE)
      .argument('<run>', 'its number, as `queue status` tells it')
      .option(...JSON_FLAG)
      .action(async (database: string, run: string, flags: QueueFlags) => {
        const { changeRun } = await import('./queue.ts');
        await changeRun(io, change, database, run, flags);
        done(exitCodes.done);
      });
  }
}
