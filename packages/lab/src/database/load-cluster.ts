import { UsageError } from '@unbraid/experiment';

/** The optional package, loaded where a database is named. @throws {UsageError} where it isn't installed */
export async function loadCluster(): Promise<typeof import('@unbraid/cluster')> {
  try {
    return await import('@unbraid/cluster');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    const message =
      'lab: runs of a database need the package @unbraid/cluster, which is not installed: npm install @unbraid/cluster';
    throw new UsageError(message, { cause: error });
  }
}
