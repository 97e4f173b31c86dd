import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/data';
import { readText } from '../files.ts';
import { readConfig, readState, readSummary, runFiles } from '../run/config.ts';
import { readOutputs } from '../run/outputs.ts';
import type { WriteFile } from '../run/write-file.ts';
import { renderPage } from './page.ts';

/**
 * Writes `report.html` from what a run directory holds, whether the run is done or not; returns its path.
 * @throws UsageError where `directory` holds no run.
 */
export async function writeReport(directory: string, writeFile: WriteFile = writeFileAtomic): Promise<string> {
  const config = await readConfig(directory);
  const outputs = await readOutputs(directory);
  const page = renderPage({
    config,
    outputs,
    state: await readState(directory),
    summary: await readSummary(directory),
    drawings: await readDrawings(
      directory,
      outputs.figures.map(({ name }) => name),
    ),
  });
  const path = join(directory, runFiles.report);
  await writeFile(path, page);
  return path;
}

async function readDrawings(directory: string, names: readonly string[]): Promise<Map<string, string>> {
  const drawings = new Map<string, string>();
  for (const name of names) {
    const svg = await readText(join(directory, runFiles.figures, `${name}.svg`));
    if (svg !== undefined) drawings.set(name, svg);
  }
  return drawings;
}
