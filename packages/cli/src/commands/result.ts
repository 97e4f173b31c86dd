import { join, resolve } from 'node:path';
import { explained, formatValue, type RunOutcome, type TableEntry, withoutBackticks } from '@unbraid/experiment';
import type { LeftRun, Place } from '../cluster/place.ts';
import { exitCodes, type Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { shortPath } from '../short-path.ts';
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
  await io.stdout.write(json ? outcomeJson(outcome) : outcomeText(outcome));
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

function outcomeJson({ config: { experiment, preset, config, seed }, directory, seconds, summary }: Done): string {
  return `${JSON.stringify({ experiment, preset, config, seed, runDir: resolve(directory), seconds, summary })}\n`;
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
