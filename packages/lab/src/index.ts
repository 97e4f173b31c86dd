export type * from './api.ts';
export type { Column, Columns } from './series/columns.ts';
export { openRunLog, type ReadLines, type RunLog } from './series/run-log.ts';
export type { TailStep } from './series/tail.ts';
export type { Experiments } from './server/app.ts';
export type { CommandProgram } from './server/launcher.ts';
export { type LabOptions, type LabServer, serveLab } from './server/serve-lab.ts';
