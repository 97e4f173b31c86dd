import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunError, type Scalars } from '@unbraid/experiment';
import { runFiles, type TimelineEntry, timelineEntry } from '@unbraid/experiment/directory';

/** A line of `metrics.jsonl`, and when and by which unit it was made where that is known. */
export interface Line {
  readonly record: Scalars;
  readonly made: TimelineEntry | undefined;
}

/**
 * The lines of a run, one after the other.
 * @throws {RunError} where one is damaged, with its number; half a line at the end, which a process that died was writing, is left out
 */
export async function* linesOf(directory: string): AsyncGenerator<Line> {
  const path = join(directory, runFiles.metrics);
  if (!existsSync(path)) return;
  const times = textLines(join(directory, runFiles.timeline))[Symbol.asyncIterator]();
  try {
    let number = 0;
    let damaged = 0;
    for await (const text of textLines(path)) {
      number++;
      if (damaged > 0)
        throw new RunError(`${path} is damaged at line ${damaged}; resume the run, which writes it again`);
      const made = await times.next();
      const record = recordOf(text);
      if (record === undefined) damaged = number;
      else yield { record, made: made.done ? undefined : timelineEntry(made.value) };
    }
  } finally {
    await times.return(undefined);
  }
}

/** Lines that end, and what is left behind the last. By line feeds alone: a text in a line may hold other ends of lines. */
async function* textLines(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  let rest = '';
  for await (const part of createReadStream(path, 'utf8')) {
    const lines = (rest + part).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function recordOf(text: string): Scalars | undefined {
  try {
    const record: unknown = JSON.parse(text);
    const isFlat =
      typeof record === 'object' &&
      record !== null &&
      !Array.isArray(record) &&
      Object.values(record).every((value) => ['number', 'string', 'boolean'].includes(typeof value));
    return isFlat ? (record as Scalars) : undefined;
  } catch {
    return undefined;
  }
}
