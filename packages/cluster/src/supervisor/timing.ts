import { HEARTBEAT } from '../cluster.ts';

/** How long a worker waits for what: in seconds. */
export interface Timing {
  /** Between two signs of life, of the worker and of each unit. */
  readonly touch: number;
  /** Between two uploads of a unit's states. */
  readonly upload: number;
  /** For news of the database, before it is asked again. */
  readonly poll: number;
  /** Without a unit, before a process is ended. */
  readonly idle: number;
  /** For a process that was told to stop, before it is killed: Slurm and Kubernetes kill what hasn't ended after 30. */
  readonly stop: number;
  /** Without open units, before a worker ends that was to do what there is: a run's next group may follow. */
  readonly once: number;
}

export const usualTiming: Timing = { touch: HEARTBEAT / 5, upload: 5, poll: 5, idle: 30, stop: 20, once: 5 };
