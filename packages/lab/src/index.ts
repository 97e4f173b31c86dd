export type * from './api.ts';
export { isLoopback } from './server/hosts.ts';
export { type LabOptions, type LabServer, serveLab } from './server/serve-lab.ts';
