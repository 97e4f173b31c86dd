import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, runFiles, toJson } from './config.ts';
import {
  type ArtifactEntry,
  checkTable,
  type FigureEntry,
  type Outputs,
  outputsSchema,
  type TableEntry,
} from './output-entries.ts';
import type { WriteFile } from './write-file.ts';

/** What a run has put out so far; undefined where it has not written that down. */
export function readOutputs(directory: string): Promise<Outputs | undefined> {
  const path = join(directory, runFiles.outputs);
  return readJson(path, outputsSchema, 'delete it and resume the run, which writes it again');
}

/** Whether all these files are there, as they were written. */
export async function areThere(directory: string, artifacts: readonly ArtifactEntry[]): Promise<boolean> {
  for (const { name, sha256 } of artifacts) {
    const content = await readFile(join(directory, runFiles.artifacts, name)).catch(() => undefined);
    if (content === undefined || createHash('sha256').update(content).digest('hex') !== sha256) return false;
  }
  return true;
}

export const NOTHING: Outputs = { figures: [], tables: [], artifacts: [] };

export interface OutputsWriter {
  addFigure(figure: FigureEntry): void;
  addTable(table: TableEntry): void;
  addArtifact(artifact: ArtifactEntry): void;
  /** Brings what changed to the disk. */
  flush(): Promise<void>;
  current(): Outputs;
}

function placed<T extends { readonly name: string }>(entries: readonly T[], entry: T): T[] {
  const at = entries.findIndex(({ name }) => name === entry.name);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

/** Begins with nothing, also in a resumed run: what its units had put out comes back from their checkpoints. */
export function openOutputs(directory: string, writeFile: WriteFile): OutputsWriter {
  let outputs = NOTHING;
  let written: Outputs | undefined;
  return {
    addFigure({ name, title, caption }) {
      outputs = { ...outputs, figures: placed(outputs.figures, { name, title, caption }) };
    },
    addTable(table) {
      checkTable(table);
      outputs = { ...outputs, tables: placed(outputs.tables, table) };
    },
    addArtifact(artifact) {
      outputs = { ...outputs, artifacts: placed(outputs.artifacts, artifact) };
    },
    async flush() {
      if (written === outputs) return;
      const now = outputs;
      await writeFile(join(directory, runFiles.outputs), toJson(now));
      written = now;
    },
    current: () => outputs,
  };
}
