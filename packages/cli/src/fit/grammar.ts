import { unknownName } from '@unbraid/checks';
import { UsageError } from '@unbraid/experiment';
import type { Command } from 'commander';
import { DETACH, ON_CLUSTER } from '../cluster/flags.ts';
import { WORKERS } from '../commands/workers.ts';
import type { ExportRunFlags } from '../export/export-run.ts';
import { exportFormats } from '../export/formats.ts';
import type { Io } from '../io.ts';
import type { DataFlags, EvaluateFlags, ExportFlags, FitFlags, PredictFlags } from './method.ts';
import { methods, useOf } from './methods.ts';
import { openModelDirectory } from './model-directory.ts';

type Flag = readonly [string, string];

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** What `fit`, `predict`, `evaluate` and `export` add to the command. */
export function addModelCommands(program: Command, io: Io, threads: Flag, done: (code: number) => void): void {
  addFit(program, io, threads, done);
  const data = (command: Command) =>
    command
      .option('--query <sql>', 'of a table: the rows to take, `SELECT … FROM data` (needs @duckdb/node-api)')
      .option('--nodes <file>', 'of a graph: its nodes, a table')
      .option('--edges <file>', 'of a graph: its edges, a table')
      .option('--skip-unreadable', 'of a folder: leave out files that are no readable images')
      .option(...threads)
      .option('--json', 'print one JSON object and nothing else');
  data(
    program
      .command('predict')
      .description('predict by a model that `fit` saved')
      .argument('<dir>', 'the run directory of `fit`, or a copy of its artifacts folder')
      .argument('[data]', 'a table (.csv, .tsv, .parquet, .jsonl, .arrow), or a folder of images')
      .option('--out <file>', 'the predictions: .csv, .parquet or .jsonl, by its name; replaced where it is there')
      .option('--id <columns>', 'columns of the table to keep beside the predictions: id,name'),
  ).action(async (directory: string, file: string | undefined, flags: PredictFlags) => {
    const model = await openModelDirectory(directory);
    done(await (await useOf(model.manifest.data)).predict(io, model, withData(file, flags)));
  });
  data(
    program
      .command('evaluate')
      .description('score a model that `fit` saved on data whose answers are known')
      .argument('<dir>', 'the run directory of `fit`, or a copy of its artifacts folder')
      .argument('[data]', 'a table with the target column, or a folder of images'),
  ).action(async (directory: string, file: string | undefined, flags: EvaluateFlags) => {
    const model = await openModelDirectory(directory);
    done(await (await useOf(model.manifest.data)).evaluate(io, model, withData(file, flags)));
  });
  program
    .command('export')
    .description("write a model that `fit` saved as ONNX, which takes raw data; or a run's lines for other programs")
    .argument('<dir>', 'a run directory; of `fit`, with --onnx, also a copy of its artifacts folder')
    .option('--onnx <file>', 'the file of a model to write; replaced where it is there')
    .option('--format <format>', `what the lines of a run are written as: ${exportFormats.join(', ')}`)
    .option(
      '--out <path>',
      'with --format: the file, replaced where it is there, or the folder for tensorboard, a new one (default: by the name of the run directory)',
    )
    .option('--json', 'print one JSON object and nothing else')
    .action(async (directory: string, flags: AnyExportFlags) => done(await exported(io, directory, flags)));
}

type AnyExportFlags = Partial<Pick<ExportFlags, 'onnx'>> & Partial<ExportRunFlags>;

async function exported(io: Io, directory: string, { onnx, format, ...flags }: AnyExportFlags): Promise<number> {
  if (format !== undefined && onnx === undefined) {
    const { exportRun } = await import('../export/export-run.ts');
    return exportRun(io, directory, { ...flags, format });
  }
  if (onnx === undefined || format !== undefined)
    throw new UsageError(
      'export: either --onnx FILE, for a model, or --format FORMAT, for the lines of a run, is needed',
    );
  if (flags.out !== undefined) throw new UsageError('export: --out belongs to --format; --onnx names its file itself');
  const model = await openModelDirectory(directory);
  return (await useOf(model.manifest.data)).exportOnnx(io, model, { ...flags, onnx });
}

const withData = <T extends DataFlags>(data: string | undefined, flags: T): T =>
  data === undefined ? flags : { ...flags, data };

function addFit(program: Command, io: Io, threads: Flag, done: (code: number) => void): void {
  const fit = program
    .command('fit')
    .description('learn a model of your own data, by one of these methods:')
    .argument('[method]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((name: string | undefined) => {
      if (name === undefined) return fit.help({ error: true });
      throw new UsageError(
        unknownName(
          'method',
          name,
          methods.map((each) => each.name),
        ),
      );
    });
  for (const method of methods) {
    const command = fit.command(method.name).description(method.description);
    method.grammar(command);
    command
      .option('--preset <preset>', 'smoke (a first look), short or full (a larger search)', 'short')
      .option('--set <key=value>', 'set a setting, any number of times (README)', collect, [])
      .option('--seed <n>', 'all randomness follows from this integer', '0')
      .option(...threads)
      .option(...WORKERS)
      .addOption(ON_CLUSTER())
      .option(...DETACH)
      .option('--out <dir>', `the run directory, new or empty (default: runs/fit-${method.name}-<preset>-<time>)`)
      .option('--json', 'print one JSON object and nothing else')
      .action(async () => {
        const { fit: run } = await method.load();
        done(await run(io, command.args, command.opts<FitFlags>()));
      });
  }
}
