import { workerData } from 'node:worker_threads';
import { type HelperStart, help } from './where-is.ts';

await help(workerData as HelperStart, (session) => session.connectToMainThread());
