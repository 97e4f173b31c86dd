import { loadOptional } from '@unbraid/experiment';

/** The optional package, loaded where a database is named. @throws {UsageError} where it isn't installed */
export const loadCluster = (): Promise<typeof import('@unbraid/cluster')> =>
  loadOptional({ load: () => import('@unbraid/cluster'), name: '@unbraid/cluster', need: 'lab: runs of a database' });
