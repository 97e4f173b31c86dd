import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const built = (name: string): string => JSON.stringify(new URL(`../dist/${name}.js`, import.meta.url).href);

/** What programs may use: kernels of a team, `double` of which tells whether a million entries were doubled. */
const RIG = `
const { Arena, createKernels } = await import(${built('index')});
const { createTeam } = await import(${built('threads/node')});
const rest = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
const start = (threads) => {
  const arena = new Arena({ shared: true });
  const team = createTeam({ arena, threads, leastWork: 0 });
  const kernels = createKernels(arena, { team });
  const x = arena.alloc('float32', 1_000_000).data;
  const double = () => {
    kernels.fill(x, 1);
    kernels.scale(x, 2);
    return x.every((value) => value === 2);
  };
  return { team, double };
};
`;

/** And in the process's own thread: how many threads it has, which rest until they are as few as wanted, and workers that run a program. */
const OWN = `
const { readdirSync } = await import('node:fs');
const { Worker } = await import('node:worker_threads');
const threads = () => readdirSync('/proc/self/task').length;
const fallTo = async (count) => {
  for (let looks = 0; looks < 200 && threads() > count; looks++) {
    globalThis.gc?.();
    await rest(50);
  }
};
const work = (program) => new Worker('(async () => {' + ${JSON.stringify(RIG)} + program + '})()', { eval: true, execArgv: [] });
`;

/** Runs a program, a module's text, in a process of its own and returns what it prints; rejects where it fails or takes more than 40 seconds. */
export async function printedBy(program: string, flags: readonly string[] = []): Promise<string> {
  const args = [...flags, '--input-type=module', '--eval', RIG + OWN + program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 40_000 });
  return stdout.trim();
}
