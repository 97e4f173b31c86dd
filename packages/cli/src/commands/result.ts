import { join, resolve } from 'node:path';
import { explained, formatValue, type RunOutcome, type TableEntry, withoutBackticks } from '@unbraid/experiment';
import { isSweep } from '@unbraid/experiment/sweep';
import type { LeftRun, Place } from '../cluster/place.ts';
import { exitCodes, type Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { shortPath } from '../short-path.ts';
import { sweepOutcome } from '../sweep/sweep-outcome.ts';
import { textTable, visible } from '../text-table.ts';

/** Prints what came out of a run, as a table or as one JSON object; returns the exit code. */
export async function printOutcome(
  io: Io,
  outcome: RunOutcome,
  json: boolean,
  place: Pick<Place, 'words' | 'left'>,
): Promise<number> {
  const shown = shortPath(outcome.directory);
  if (outcome.status === 'interrupted') {
    const resume = commandLine(io.program, ['resume', shown, ...place.words]);
    const left = place.left();
    if (left !== undefined) return printLeft(io, outcome, left, json, resume);
    await io.stderr.write(`Interrupted; its state is saved. Go on with: ${resume}\n`);
    return exitCodes.interrupted;
  }
  const sweep = isSweep(outcome.config.experiment) ? await sweepOutcome(outcome.directory, io.program) : undefined;
  await io.stdout.write(json ? outcomeJson(outcome, sweep?.results) : outcomeText(outcome));
  for (const notice of sweep?.notices ?? []) await io.stderr.write(`${notice}\n`);
  await io.stderr.write(`Report: ${join(shown, 'report.html')}\n`);
  return exitCodes.done;
}

/** The run goes on without this process, which has done what it was to do. */
async function printLeft(io: Io, { config, directory }: RunOutcome, left: LeftRun, json: boolean, resume: string) {
  const { experiment, preset, config: settings, seed } = config;
  const said = { experiment, preset, config: settings, seed, runDir: resolve(directory), detached: left };
  if (json) await io.stdout.write(`${JSON.stringify(said)}\n`);
  await io.stderr.write(
    `Run ${left.run} of ${left.database} goes on without this process. Collect it with: ${resume}\n`,
  );
  return exitCodes.done;
}

type Done = Extract<RunOutcome, { status: 'done' }>;

/** @param more of a kind of run that has more to tell than its summary */
function outcomeJson({ config, directory, seconds, summary }: Done, more: object = {}): string {
  const { experiment, preset, config: settings, seed } = config;
  const told = { experiment, preset, config: settings, seed, runDir: resolve(directory), seconds, summary, ...more };
  return `${JSON.stringify(told)}\n`;
}

function outcomeText({ config, summary, table }: Done): string {
  const results = explained(summary, config.about.summary).map(([key, value, meaning]) => [
    key,
    formatValue(value),
    withoutBackticks(meaning),
  ]);
  const text = textTable([['result', 'value', 'meaning'], ...results]);
  return table === undefined ? text : `${tableText(table)}\n${text}`;
}

function tableText({ title, columns, rows }: TableEntry): string {
  return `${visible(title)}\n${textTable([columns, ...rows.map((row) => row.map(formatValue))])}`;
}
