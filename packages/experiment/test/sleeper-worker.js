// A worker's program, of built files, because Node runs no TypeScript.
import { serveWorker } from '@unbraid/experiment/workers';
import { sleeper } from './sleeper.js';

await serveWorker({ find: async () => sleeper });
