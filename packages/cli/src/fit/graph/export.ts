import { UsageError } from '@unbraid/experiment';
import type { ModelUse } from '../method.ts';

/** @throws {UsageError} always, for now */
export const exportGraph: ModelUse['exportOnnx'] = async () => {
  throw new UsageError('model: graph networks');
};
