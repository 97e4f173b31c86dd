// The command as a process of its own, whose workers are processes of this program; built files, because Node runs no TypeScript.
import { createRegistry, runProcess } from '../dist/index.js';
import { groups } from './groups.js';

await runProcess(createRegistry({ test: async () => [groups] }));
