import type { Command } from 'commander';
import { DETACH, ON_CLUSTER } from '../cluster/flags.ts';
import { WORKERS } from '../commands/workers.ts';
import type { Io } from '../io.ts';
import type { SweepFlags } from './sweep.ts';

type Flag = readonly [string, string];

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** What `sweep` adds to the command. */
export function addSweep(program: Command, io: Io, threads: Flag, done: (code: number) => void): void {
  program
    .command('sweep')
    .description('try settings of an experiment, each configuration with several seeds')
    .argument('[name]', 'an experiment, such as galu/compare (default: what the file says)')
    .option('--file <file>', 'a description of the sweep, YAML or JSON (README); flags go over it')
    .option('--preset <preset>', 'smoke, short or full: over it settings are tried (default: short)')
    .option(
      '--set <key=values>',
      'what a setting is tried at, any number of times: a,b,c or [50,100],[50] or 1..9, log:1e-4..1e-1, int:8..64:8',
      collect,
      [],
    )
    .option('--seeds <seeds>', 'seeds that each configuration is tried with: 0..9 or 0,3,7 (default: 0)')
    .option(
      '--method <method>',
      'grid, random or tpe (default: grid; with --trials random, or tpe where a --metric is)',
    )
    .option('--trials <n>', 'trials in all, each a configuration with a seed')
    .option('--metric <result>', 'the result by which configurations are compared')
    .option('--goal <goal>', 'max or min: whether a large or a small metric is good (default: max)')
    .option('--round <n>', 'configurations that tpe finds at a time, without the results of one another (default: 4)')
    .option('--startup <n>', 'configurations that tpe draws at random first (default: 10)')
    .option('--prune <key>', 'stop trials whose logged key is behind the median of those before; key:min for a loss')
    .option('--warmup <steps>', 'steps of a trial before it can be stopped (default: 0)')
    .option('--outputs', 'keep figures, tables and files of trials too')
    .option('--from <file>', 'a table of trials that are done already, such as trials.csv of another sweep')
    .option('--csv <file>', 'write the table of trials there too; replaced where it is there')
    .option('--seed <n>', 'the seed of the search itself (default: 0)')
    .option(...threads)
    .option(...WORKERS)
    .addOption(ON_CLUSTER())
    .option(...DETACH)
    .option('--out <dir>', 'the run directory, new or empty (default: runs/sweep-<name>-<preset>-<time>)')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (name: string | undefined, flags: SweepFlags) => {
      const { sweep } = await import('./sweep.ts');
      done(await sweep(io, name, flags));
    });
}
