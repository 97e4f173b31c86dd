import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import type { StoredDrawing } from '../figures/stored-svg.ts';
import { readText } from '../files.ts';
import { readConfig, readState, readSummary, runFiles } from '../run/config.ts';
import { NOTHING, readOutputs } from '../run/outputs.ts';
import type { WriteFile } from '../run/write-file.ts';
import { renderPage } from './page.ts';

/**
 * Writes `report.html` from what a run directory holds, whether the run is done or not; returns its path.
 * @throws UsageError where `directory` holds no run.
 */
export async function writeReport(directory: string, writeFile: WriteFile = writeFileAtomic): Promise<string> {
  const config = await readConfig(directory);
  const outputs = (await readOutputs(directory)) ?? NOTHING;
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

/** A drawing is what a file says, so only what is safe to show of it. Loaded on demand, as drawing is. */
async function readDrawings(directory: string, names: readonly string[]): Promise<Map<string, StoredDrawing>> {
  const drawings = new Map<string, StoredDrawing>();
  const { readSvg } = await import('../figures/stored-svg.ts');
  for (const name of names) {
    const text = await readText(join(directory, runFiles.figures, `${name}.svg`));
    const drawing = text === undefined ? undefined : readSvg(text);
    if (drawing !== undefined) drawings.set(name, drawing);
  }
  return drawings;
}
