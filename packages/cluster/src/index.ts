export {
  type Cluster,
  type ClusterOptions,
  DEATHS,
  type Ending,
  HEARTBEAT,
  type Job,
  type NewRun,
  type Result,
  type RunId,
  type RunOverview,
  type RunStatus,
  SILENCES,
  type Status,
  type StoredRun,
  type StoredState,
  type TakeOptions,
  type Versions,
  type WorkerId,
  type WorkerInfo,
  type WorkerOverview,
} from './cluster.ts';
export { type ClusterExecutorOptions, clusterExecutor } from './coordinator/executor.ts';
export { type Address, readAddress } from './database/address.ts';
export { type InitResult, initCluster, openCluster } from './open.ts';
export { superviseWorker, type WorkerOptions } from './supervisor/supervise-worker.ts';
export type { Timing } from './supervisor/timing.ts';
export { openClusterView } from './view/open-view.ts';
export type { ActiveUnit, ClusterView, EndedUnit, RunWorker, RunWorkers, ViewedRun } from './view/view.ts';
