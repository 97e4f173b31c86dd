export { attachHandler, type Detach, type Handler } from './attach.ts';
export { type ChangedArguments, type ChangedResult, changedArguments, changedResult } from './changed.ts';
export { exposeToPlugins } from './expose.ts';
export type { Role } from './extension-point.ts';
