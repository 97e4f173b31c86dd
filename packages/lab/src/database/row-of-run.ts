import { isSweep } from '@unbraid/experiment/sweep';
import type { RunRow, RunStatus, UnitCounts } from '../api.ts';
import { scalarsOf } from '../runs/scalars.ts';
import type { FollowedRun } from './follow-database.ts';

/** How a run stands by what the database knows. */
export function statusOf({ status, heard }: Pick<FollowedRun, 'status' | 'heard'>): RunStatus {
  if (status === 'offered') return heard > 0 ? 'running' : 'waiting';
  return status === 'cancelled' ? 'interrupted' : status;
}

/** A row's counts of units. */
export const countsOf = ({ id, units }: Pick<FollowedRun, 'id' | 'units'>): UnitCounts => ({ run: id, ...units });

/** From the offer until the last unit that ended, or until now where some are at work, in seconds. */
export function secondsOf({ age, ended, heard, status }: FollowedRun): number {
  if (status === 'offered' && heard > 0) return age;
  return ended === undefined ? 0 : Math.max(0, age - ended);
}

/** The row of a run of which only the database is known. */
export function rowOfRun(run: FollowedRun, { id, place, revision }: Pick<RunRow, 'id' | 'place' | 'revision'>): RunRow {
  const { config, fingerprint, name, error, units } = run;
  const status = statusOf(run);
  return {
    id,
    name,
    place,
    experiment: config.experiment,
    title: config.about.title,
    preset: config.preset,
    seed: config.seed,
    status,
    ...(error !== undefined && { error }),
    started: config.started,
    seconds: secondsOf(run),
    ...(status !== 'done' && { progress: { done: units.done, total: units.total, label: 'units given out so far' } }),
    settings: scalarsOf(config.config),
    summary: {},
    notes: { tags: [], text: '' },
    isSweep: isSweep(config.experiment),
    fingerprint,
    units: countsOf(run),
    remote: true,
    revision,
  };
}

/** Seconds of a run that is at work grow: they are news when they have grown by so many. */
const TOLD_SECONDS = 5;

/** Whether one row says what another does, but for its revision and a moment. */
export function saysTheSame(a: RunRow, b: RunRow): boolean {
  const said = (row: RunRow) => JSON.stringify({ ...row, seconds: 0, revision: 0 });
  return Math.abs(a.seconds - b.seconds) < TOLD_SECONDS && said(a) === said(b);
}
