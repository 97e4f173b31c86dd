export { checkpointFile } from '../run/checkpoint-store.ts';
export { ownVersions } from '../run/environment.ts';
export type { ExecutedRun, GroupHooks, OpenExecutor, UnitExecutor, UnitGroup } from './executor.ts';
export type { FromWorker, ToWorker, WorkerPort } from './protocol.ts';
export { type ServeOptions, serveUnits } from './serve-units.ts';
