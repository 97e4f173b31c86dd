import type { RunContext } from '../context.ts';
import { toJson } from '../run/config.ts';
import { sweepFigures } from './figures.ts';
import { resultsOf, sweepFiles } from './outputs.ts';
import { bestOf } from './results.ts';
import type { SweepSettings } from './settings.ts';
import type { SweepReport } from './swept.ts';
import { bestTable, configurationsTable, failuresTable } from './tables.ts';
import { trialsCsv } from './trials-csv.ts';
import { commandOf } from './words.ts';

/** Puts out the tables, figures and artifacts of a sweep. */
export async function reportSweep(context: RunContext<SweepSettings>, report: SweepReport): Promise<void> {
  const { inner, settings, trials, configurations, command = commandOf } = report;
  const best = settings.metric === '' ? undefined : bestOf(configurations, settings.goal);
  const results = resultsOf(inner, settings, trials, configurations, best);
  context.table('configurations', configurationsTable(report, best));
  if (results.best !== null) context.table('best', bestTable(results.best, command(results.best.words)));
  const failures = failuresTable(trials);
  if (failures !== undefined) context.table('failed', failures);
  if (best !== undefined) await sweepFigures(context, report, best);
  await context.artifact(sweepFiles.results, Buffer.from(toJson(results)));
  await context.artifact(sweepFiles.trials, Buffer.from(trialsCsv(inner, settings.space, trials)));
}
