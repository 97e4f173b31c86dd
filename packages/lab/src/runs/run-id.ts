import { createHash } from 'node:crypto';

/** What a run is called by the lab: 12 hexadecimal digits that follow from the real path of its directory, or from its place in a database. */
export const runId = (place: string): string => createHash('sha256').update(place).digest('hex').slice(0, 12);
