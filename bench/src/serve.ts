import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Prepared, Ran, Reply, Request, RunOptions } from './protocol.ts';

/** An implementation of a workload: `prepare` is not timed; `run` times itself, and only its own work. */
export interface Implementation<Task> {
  prepare(task: Task): Promise<Prepared>;
  /** `peakBytes` are those of this process unless it says otherwise. */
  run(options: RunOptions): Promise<Omit<Ran, 'peakBytes'> & Partial<Pick<Ran, 'peakBytes'>>>;
}

/**
 * Answers the benchmark's requests on stdin with `implementation` until stdin closes. A package that is not installed
 * is answered with `missing`, any other failure with `error`.
 */
export async function serve<Task>(implementation: Implementation<Task>): Promise<void> {
  // Libraries that print would break the protocol; whatever they print goes to stderr.
  console.log = console.info = console.error;
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(implementation, JSON.parse(line) as Request);
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  // A library's own threads must not keep the process.
  process.exit();
}

/** The reply to one request. */
export async function answer<Task>(implementation: Implementation<Task>, request: Request): Promise<Reply> {
  try {
    if (request.do === 'prepare') return { prepared: await implementation.prepare(request.task as Task) };
    const ran = await implementation.run(request.options);
    return { ran: { peakBytes: peakBytes(), ...ran } };
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') return { error: stack ?? String(error) };
    return { missing: message.split(' imported from ', 1)[0]! };
  }
}

/** The largest resident memory of a process, where the system tells; it does so on Linux. */
export function peakBytesOf(pid: number | 'self'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * The largest resident memory of this process. On Linux from the kernel's own record of this program: the figure of
 * getrusage there starts with the size of the process that started it.
 */
function peakBytes(): number {
  return peakBytesOf('self') ?? process.resourceUsage().maxRSS * 1024;
}
