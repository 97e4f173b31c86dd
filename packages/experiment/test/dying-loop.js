// A loop whose process is killed before it ends.
import { createRun } from '@unbraid/experiment';

const run = await createRun({ name: 'mine/dying', directory: process.argv[2] });
run.log({ epoch: 1 });
await run.checkpoint().save({ meta: 'kept', arrays: {} });
run.log({ epoch: 2 });
process.kill(process.pid, 'SIGKILL');
