import * as node from '../src/node/index.ts';

/** Threads that resolve packages to what is built; this process, under vitest, resolves them to their source. */
export const blocking = (options: node.BlockingOptions = {}) => node.blocking({ execArgv: [], ...options });
