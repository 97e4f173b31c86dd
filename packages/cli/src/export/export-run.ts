import { basename, resolve } from 'node:path';
import { UsageError } from '@unbraid/experiment';
import { isHeld, readConfig, readStanding, readSummary } from '@unbraid/experiment/directory';
import { exitCodes, type Io } from '../io.ts';
import { shortPath } from '../short-path.ts';
import { columnsOf } from './columns.ts';
import { writeCsv } from './csv.ts';
import { type ExportFormat, exportFormats } from './formats.ts';
import { linesOf } from './lines.ts';
import { writeParquet } from './parquet.ts';
import { writeEvents } from './tensorboard/write.ts';
import { wholeFile, wholeFolder } from './whole.ts';

export interface ExportRunFlags {
  readonly format: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `unbraid export DIR --format FORMAT`: a run's lines, for other programs; whole or not at all. Returns the exit code. */
export async function exportRun(io: Io, directory: string, flags: ExportRunFlags): Promise<number> {
  const format = formatOf(flags.format);
  const config = await readConfig(directory);
  if (await isHeld(directory))
    throw new UsageError(
      `the run in ${directory} is going on; export it when it has ended, or stop it (Ctrl-C) and resume it later`,
    );
  const standing = await readStanding(directory);
  const columns = await columnsOf(linesOf(directory));
  if (columns.length === 0)
    throw new UsageError(`the run in ${directory} has logged no lines, so there is nothing to export`);
  const out = flags.out ?? `${basename(resolve(directory))}${format === 'tensorboard' ? '-tensorboard' : `.${format}`}`;
  let written = 0;
  if (format === 'tensorboard') {
    const summary = (await readSummary(directory)) ?? {};
    await wholeFolder(out, async (path) => {
      written = await writeEvents(path, { config, standing, summary }, columns, linesOf(directory));
    });
  } else {
    const write = format === 'csv' ? writeCsv : writeParquet;
    await wholeFile(out, async (path) => {
      written = await write(path, columns, linesOf(directory));
    });
  }
  if (standing.status !== 'done')
    await io.stderr.write(`This run is ${standing.status}, not done: what it had logged until then was exported.\n`);
  const what = format === 'tensorboard' ? 'values' : 'lines';
  const text = `${shortPath(out)}: ${written.toLocaleString('en-US')} ${what} of ${columns.length} columns\n`;
  const told = { format, out: resolve(out), [what]: written, columns: columns.map(({ name }) => name) };
  await io.stdout.write(flags.json ? `${JSON.stringify(told)}\n` : text);
  return exitCodes.done;
}

function formatOf(name: string): ExportFormat {
  const found = exportFormats.find((each) => each === name);
  if (found === undefined) throw new UsageError(`--format ${name}: one of ${exportFormats.join(', ')} is needed`);
  return found;
}
