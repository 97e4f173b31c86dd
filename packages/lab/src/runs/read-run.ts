import { messageOf } from '@unbraid/experiment';
import {
  type RunConfig,
  type RunState,
  readConfig,
  readProgress,
  readStanding,
  readState,
  readSummary,
  type StoredProgress,
} from '@unbraid/experiment/directory';
import { isSweep } from '@unbraid/experiment/sweep';
import type { ProgressState, RunRow, RunStatus } from '../api.ts';
import { readNotes } from './notes.ts';
import { scalarsOf } from './scalars.ts';

/** What the files of a run say, which follows from their content alone; `running` may mean that it was killed. */
export interface RunFacts extends Omit<RunRow, 'id' | 'name' | 'place' | 'revision' | 'status'> {
  readonly status: RunState['status'] | 'unreadable';
}

/** Reads a run's directory; a damaged one is `unreadable`, with the reason. */
export async function readRun(directory: string): Promise<RunFacts> {
  try {
    const [config, state, summary, progress, notes] = await Promise.all([
      readConfig(directory),
      readState(directory),
      readSummary(directory),
      readProgress(directory),
      readNotes(directory),
    ]);
    return factsOf(config, state, summary ?? {}, progress, notes);
  } catch (error) {
    return unreadable(messageOf(error), await readNotes(directory));
  }
}

function factsOf(
  config: RunConfig,
  state: RunState,
  summary: RunRow['summary'],
  progress: StoredProgress | undefined,
  notes: RunRow['notes'],
): RunFacts {
  const { experiment, preset, seed, started, about, fingerprint } = config;
  const { status, error } = state;
  return {
    experiment,
    title: about.title,
    preset,
    seed,
    status,
    ...(error !== undefined && { error }),
    started,
    // What the state says is as of the beginning or the end of a session.
    seconds: Math.max(state.seconds, progress?.seconds ?? 0),
    ...(progress !== undefined && status !== 'done' && { progress: progressOf(progress) }),
    settings: scalarsOf(config.config),
    summary: scalarsOf(summary),
    notes,
    isSweep: isSweep(experiment),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

function progressOf({ done, total, label, detail, secondsLeft }: StoredProgress): ProgressState {
  return {
    done,
    total,
    ...(label !== undefined && { label }),
    ...(detail !== undefined && { detail }),
    ...(secondsLeft !== undefined && { secondsLeft }),
  };
}

const unreadable = (error: string, notes: RunRow['notes']): RunFacts => ({
  experiment: '',
  title: '',
  preset: '',
  seed: 0,
  status: 'unreadable',
  error,
  started: '',
  seconds: 0,
  settings: {},
  summary: {},
  notes,
  isSweep: false,
});

/** How the run stands now: one that says that it is running, and whose lock nobody holds, was killed. */
export async function standingOf(directory: string, { status }: RunFacts): Promise<RunStatus> {
  if (status !== 'running') return status;
  // A lock that can't be read is no reason to call the run killed.
  const standing = await readStanding(directory).catch(() => undefined);
  return standing?.status ?? 'running';
}
