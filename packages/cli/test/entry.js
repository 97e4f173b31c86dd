// The command as a process of its own, with the experiments of the tests; built files, because Node runs no TypeScript.
import { createRegistry, runProcess } from '../dist/index.js';
import { adder } from './adder.js';

await runProcess(createRegistry({ test: async () => [adder] }));
