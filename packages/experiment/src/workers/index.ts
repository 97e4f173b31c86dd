export { checkpointFile } from '../run/checkpoint-store.ts';
export { runFiles } from '../run/config.ts';
export { ownVersions } from '../run/environment.ts';
export type { ExecutedRun, GroupHooks, OpenExecutor, UnitExecutor, UnitGroup } from './executor.ts';
export { errorOf } from './failure.ts';
export { type LocalWorkersOptions, localWorkers } from './local-workers.ts';
export type { Failure, FromWorker, ToWorker, WorkerPort } from './protocol.ts';
export { type ServeOptions, serveUnits } from './serve-units.ts';
export { serveWorker } from './serve-worker.ts';
export {
  startWorker,
  type WorkerEnd,
  type WorkerProcess,
  type WorkerProgram,
  type WorkerStart,
} from './worker-process.ts';
