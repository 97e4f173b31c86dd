import type { Progress, RunContext } from '../context.ts';
import type { OpenExecutor } from '../workers/executor.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { createRecorder, type RecorderParts } from './recorder.ts';
import { createScope } from './unit-scope.ts';
import { createUnits } from './units.ts';

/** What a context reports to. */
export interface RunParts extends RecorderParts {
  readonly settings: Record<string, unknown>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly store: CheckpointStore;
  readonly executor: OpenExecutor | undefined;
  /** Time that the run has taken so far, over all its sessions. */
  seconds(): number;
  onProgress(progress: Progress): void;
}

export interface RunningContext {
  readonly context: RunContext<Record<string, unknown>>;
  /** Ends when everything that was put out is on the disk. */
  settle(): Promise<void>;
}

export function createContext(parts: RunParts): RunningContext {
  const recorder = createRecorder(parts);
  const { settings, seed, signal, store, outputs } = parts;
  const scope = createScope({ recorder, store, signal, seconds: parts.seconds, flush: outputs.flush });
  const context: RunContext<Record<string, unknown>> = {
    settings,
    seed,
    signal,
    log: recorder.log,
    figure(name, figure) {
      const drawn = recorder.figure(name, figure);
      drawn.catch(() => undefined);
      return drawn;
    },
    table: recorder.table,
    artifact: recorder.artifact,
    ...createUnits({ ...parts, scope }),
    checkpoints: scope.checkpoints,
  };
  return { context, settle: recorder.settle };
}
