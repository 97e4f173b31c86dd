export { main } from './cli.ts';
export { exitCodes, type Io, type Output, type SignalSource } from './io.ts';
export { createRegistry, type LoadSystem, type Registry, registry } from './registry.ts';
export { runProcess } from './run-process.ts';
