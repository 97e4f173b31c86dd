import { callback, finite, InputError } from '@unbraid/checks';
import type { Schedule } from '@unbraid/nn';
import * as z from 'zod';

/** A value, or one that changes: a function of the share of the timesteps that are done, from 0 to 1. */
export type Rate = number | Schedule;

/** A rate, as a setting. */
export const rate = () =>
  z.union([finite({ min: 0 }), callback<Schedule>()], {
    error: 'a finite number of at least 0, or a function of the share that is done,',
  });

/** A rate at a share of the timesteps, checked. @throws {InputError} `setting`, where it isn't finite and at least 0 */
export function rateAt(learner: string, name: string, given: Rate, share: number): number {
  const at = Math.min(share, 1);
  const value = typeof given === 'number' ? given : given(at);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InputError(
    'setting',
    `learners: ${learner}'s ${name} is ${value} when a share of ${at} is done; a finite number of at least 0 is needed`,
  );
}
