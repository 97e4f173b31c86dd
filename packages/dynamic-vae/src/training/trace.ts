/** What was measured in training, an entry for each step that was recorded. */
export interface Trace {
  /** Steps made, from 1. */
  readonly step: Int32Array;
  /** The weight of the KL divergence that the step used. */
  readonly beta: Float32Array;
  /** In nats; NaN without a set point. */
  readonly setPoint: Float32Array;
  /** Of the step's batch, in nats. */
  readonly kl: Float32Array;
  /** Of the step's batch, in nats. */
  readonly reconstruction: Float32Array;
}

export type TracePoint = { readonly [K in keyof Trace]: number };

export const TRACE_KEYS = ['step', 'beta', 'setPoint', 'kl', 'reconstruction'] as const;

/** Collects a trace: arrays of the whole length at first, cut to what there is when asked for. */
export interface Recorder {
  add(point: TracePoint): void;
  /** A copy. */
  trace(): Trace;
  /** Puts the points of a trace first. */
  restore(trace: Trace): void;
}

export function createRecorder(capacity: number): Recorder {
  let arrays = emptyTrace(capacity);
  let count = 0;
  return {
    add(point) {
      for (const key of TRACE_KEYS) arrays[key][count] = point[key];
      count++;
    },
    trace: () => ({
      step: arrays.step.slice(0, count),
      beta: arrays.beta.slice(0, count),
      setPoint: arrays.setPoint.slice(0, count),
      kl: arrays.kl.slice(0, count),
      reconstruction: arrays.reconstruction.slice(0, count),
    }),
    restore(trace) {
      count = Math.min(trace.step.length, capacity);
      arrays = emptyTrace(capacity);
      for (const key of TRACE_KEYS) arrays[key].set(trace[key].subarray(0, count));
    },
  };
}

const emptyTrace = (length: number): Trace => ({
  step: new Int32Array(length),
  beta: new Float32Array(length),
  setPoint: new Float32Array(length),
  kl: new Float32Array(length),
  reconstruction: new Float32Array(length),
});
