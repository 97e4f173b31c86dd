import { createHash } from 'node:crypto';

/** What a run is called by the lab: 12 hexadecimal digits that follow from the real path of its directory. */
export const runId = (realPath: string): string => createHash('sha256').update(realPath).digest('hex').slice(0, 12);
