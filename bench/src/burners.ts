import { spawn } from 'node:child_process';

/** Milliseconds that a burner computes between two looks at whether it is still wanted. */
const STRETCH = 100;
/** Seconds after which it ends in any case. */
const LONGEST = 600;

/** A loop that ends with the process that started it, however that ends: another one is its parent then. */
const PROGRAM = `
const [parent, born] = [process.ppid, Date.now()];
function burn() {
  const start = Date.now();
  while (Date.now() - start < ${STRETCH});
  if (process.ppid !== parent || Date.now() - born > ${1000 * LONGEST}) process.exit();
  setImmediate(burn);
}
process.stdout.write('burning');
burn();`;

/**
 * Keeps `count` cores busy while `work` is done: as many processes that compute without a pause, at the priority of everything else. They have ended
 * when it has, and end by themselves where this process is killed.
 */
export async function onBusyCores<T>(count: number, work: () => Promise<T>): Promise<T> {
  const burners = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const ends = burners.map((burner) => new Promise<void>((resolve) => burner.once('close', () => resolve())));
  try {
    await Promise.all(burners.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))));
    return await work();
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
    await Promise.all(ends);
  }
}
