import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { errorCode, writeFileAtomic } from '@unbraid/checks/node';
import { z } from 'zod';
import type { Notes } from '../api.ts';

/** Beside the run, so that they travel with it; nothing that runs or resumes it looks at this file. */
export const NOTES_FILE = 'notes.json';

const notesSchema = z.strictObject({
  tags: z.array(z.string().min(1).max(100)).max(50),
  text: z.string().max(20_000),
});

const NONE: Notes = { tags: [], text: '' };

/** None where there is no such file, or it can't be understood: no result depends on it. */
export async function readNotes(directory: string): Promise<Notes> {
  try {
    return notesSchema.parse(JSON.parse(await readFile(join(directory, NOTES_FILE), 'utf8')));
  } catch {
    return NONE;
  }
}

/** @throws {InputError} `setting` for what are no notes, in one line */
export function checkNotes(value: unknown): Notes {
  const parsed = notesSchema.safeParse(value);
  if (parsed.success) return { ...parsed.data, tags: [...new Set(parsed.data.tags)] };
  const [issue] = parsed.error.issues;
  throw new InputError(
    'setting',
    `lab: notes are { tags, text }, at most 50 tags of 100 characters and a text of 20000; ${issue!.path.join('.') || 'these'}: ${issue!.message}`,
  );
}

/** Writes them whole or not at all. @throws {InputError} `file` where they can't be written */
export async function writeNotes(directory: string, notes: Notes): Promise<void> {
  const write = () => writeFileAtomic(join(directory, NOTES_FILE), `${JSON.stringify(notes, null, 2)}\n`, 'lab');
  try {
    await write();
  } catch (error) {
    // A run that is resumed at this moment removes unfinished files of those before it.
    if (!(error instanceof InputError) || errorCode(error.cause) !== 'ENOENT') throw error;
    await write();
  }
}
