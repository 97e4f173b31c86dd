import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { decodeRecording, encodeRecording, type Recording } from '../episodes/recording.ts';

/**
 * A recording as a file, which takes the place of one that is there only when it is whole.
 *
 * @throws EnvError `data`, for options or infos that a file can't hold; what the file system throws
 */
export async function saveRecording(recording: Recording, path: string): Promise<void> {
  const bytes = encodeRecording(recording);
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(beside, bytes);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * What `saveRecording` wrote.
 *
 * @throws EnvError `data`, for a file that is no recording; what the file system throws
 */
export const loadRecording = async (path: string): Promise<Recording> => decodeRecording(await readFile(path));
