// The command as a process of its own, whose workers are processes of this program; built files, because Node runs no TypeScript.
import { createRegistry, runProcess } from '../dist/index.js';
import { groups } from './groups.js';

const isWorker = process.argv.includes('work-units');
if (isWorker && process.env.TEST_WORKERS === 'dead') {
  process.stderr.write('nothing to work with\n');
  process.exit(9);
}
const experiments = isWorker && process.env.TEST_WORKERS === 'lost' ? [] : [groups];
await runProcess(createRegistry({ test: async () => experiments }));
