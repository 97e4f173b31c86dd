import { Command, Option } from 'commander';
import { DETACH, ON_CLUSTER } from './cluster/flags.ts';
import { addClusterCommands } from './cluster/grammar.ts';
import { envLimitsHelp } from './commands/env-limits.ts';
import { type InspectFlags, inspect } from './commands/inspect.ts';
import { list } from './commands/list.ts';
import type { RunFlags } from './commands/new-run.ts';
import { report } from './commands/report.ts';
import { type ResumeFlags, resume } from './commands/resume.ts';
import { run } from './commands/run.ts';
import { type ServeFlags, serveEnv } from './commands/serve-env.ts';
import { WORKERS } from './commands/workers.ts';
import { addModelCommands } from './fit/grammar.ts';
import { exitCodes, type Io } from './io.ts';
import { addLab } from './lab/grammar.ts';
import { addPermutations } from './permutations/grammar.ts';
import { addSweep } from './sweep/grammar.ts';
import { inOneLine } from './text-table.ts';
import { ownVersion } from './versions.ts';
import { WORK_UNITS, workUnits } from './workers/work-units.ts';

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Commander's complaint, in one line. */
function oneLine(complaint: string): string {
  return `unbraid: ${inOneLine(complaint.replace(/^error: /, ''))}\n`;
}

const THREADS = [
  '--threads <n>',
  'threads to compute with, also of threads and processes that it starts (default: $UNBRAID_THREADS, or else the cores)',
] as const;

/** The command line's grammar. `done` receives the exit code of what was asked for. */
export function createProgram(io: Io, done: (code: number) => void): Command {
  const program = new Command('unbraid')
    .description('Six published methods that decouple what machine learning usually tangles.')
    .version(ownVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(oneLine(text)),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 bad usage, 130 interrupted (the run can be resumed).');

  program
    .command('list')
    .description('show every experiment and its paper; or what one, or a system such as galu, can be set to')
    .argument('[name]', 'an experiment, such as galu/memorize, or a system, such as galu')
    .option('--json', 'print one JSON array, with settings, presets and results, and nothing else')
    .action(async (name: string | undefined, options) => {
      await list(io, name, options);
      done(exitCodes.done);
    });
  program
    .command('run')
    .description('run an experiment in a directory of its own')
    .argument('<name>', 'an experiment, such as galu/memorize')
    .option('--preset <preset>', 'smoke (seconds), short (minutes) or full (the paper)', 'short')
    .option('--set <key=value>', 'set a setting, any number of times; lists as 1,2,3', collect, [])
    .option('--seed <n>', 'all randomness follows from this integer', '0')
    .option(...THREADS)
    .option(...WORKERS)
    .addOption(ON_CLUSTER())
    .option(...DETACH)
    .option('--out <dir>', 'the run directory, new or empty (default: runs/<name>-<preset>-<time>)')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (name: string, flags: RunFlags) => done(await run(io, name, flags)));
  program
    .command('inspect')
    .description('measure a model: Hessian, tangent kernel, distance from linear; is it in the linear regime?')
    .argument('<model>', 'an .onnx file, or a model of ours that saveModel wrote')
    .option('--data <file>', 'rows of inputs: .npy, .csv, .tsv, or .npz with an array for each input (default: random)')
    .option('--output <name>', 'the output that is measured, by name (default: the first)')
    .option('--index <n>', 'an entry of that output, counted from 0 (default: the sum of all)')
    .option('--shape <name=sizes>', 'sizes of a row that the model leaves open: input_ids=64, x=3x224x224', collect, [])
    .option('--constant <name=value>', 'an input that is no data: sr=16000', collect, [])
    .option(
      '--range <name=from:to>',
      'draw an input from whole numbers, such as token ids: input_ids=0:999',
      collect,
      [],
    )
    .option('--rows <n>', 'rows for the tangent kernel (default: 32, with --kernel 2000)')
    .option('--kernel <file>', 'only compute the tangent kernel, of any number of rows, by blocks, into a .npy file')
    .option('--preset <preset>', 'smoke (a first look), short or full (more rows, more exact)', 'short')
    .option(
      '--set <key=value>',
      'set a setting, any number of times: tolerance, change, threshold … (README)',
      collect,
      [],
    )
    .option('--seed <n>', 'all randomness follows from this integer', '0')
    .option(...THREADS)
    .option(...WORKERS)
    .addOption(ON_CLUSTER())
    .option(...DETACH)
    .option('--out <dir>', 'the run directory, new or empty (default: runs/inspect-model-<preset>-<time>)')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (model: string, flags: InspectFlags) => done(await inspect(io, model, flags)));
  addModelCommands(program, io, THREADS, done);
  addSweep(program, io, THREADS, done);
  addPermutations(program, io, done);
  program
    .command('resume')
    .description('go on with an interrupted run')
    .argument('<dir>', 'its run directory')
    .option(...THREADS)
    .option('--wait', 'wait for a process that is at the run: until it ends, or on another host is silent for a minute')
    .option(...WORKERS)
    .addOption(ON_CLUSTER())
    .option(...DETACH)
    .option('--json', 'print one JSON object and nothing else')
    .action(async (directory: string, options: ResumeFlags) => done(await resume(io, directory, options)));
  addClusterCommands(program, io, done);
  addLab(program, io, done);
  program
    .command('report')
    .description("write a run's report.html")
    .argument('<dir>', 'its run directory')
    .option('--open', 'show it in the browser')
    .action(async (directory: string, options) => {
      await report(io, directory, options);
      done(exitCodes.done);
    });
  program
    .command('serve-env')
    .description('serve environments to Python, or to any other program, until Ctrl-C')
    .argument('<module...>', 'files or packages that export environments, such as @unbraid/sim-env/models')
    .option('--host <host>', 'the address to listen at; only this machine reaches the default', '127.0.0.1')
    .option('--port <n>', 'the port to listen at, 0 for one that is free', '0')
    .addOption(
      new Option(
        '--token <token>',
        'what clients must show, 16 or more visible ASCII characters (default: a random one)',
      ).env('UNBRAID_TOKEN'),
    )
    .option('--limit <name=number>', 'a limit, any number of times: connections=64 (all of them below)', collect, [])
    .option('--json', 'print one JSON line {url, token, environments} and nothing else')
    .addHelpText('after', envLimitsHelp())
    .action(async (modules: readonly string[], flags: ServeFlags) => {
      await serveEnv(io, modules, flags);
      done(exitCodes.done);
    });
  program.command(WORK_UNITS, { hidden: true }).action(() => workUnits(io));
  return program;
}
