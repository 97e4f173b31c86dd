import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { errorCode } from '@unbraid/checks/node';

/**
 * Where numbers of processes mean the same: a host since it was started, and in it a namespace, for containers may share a host's name and
 * count processes of their own.
 */
export function processSpace(): string {
  const parts = [
    () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    () => readlinkSync('/proc/self/ns/pid'),
  ].map((read) => {
    try {
      return read();
    } catch {
      return '';
    }
  });
  return [hostname(), ...parts].join(' ');
}

/**
 * When the process began, in words that no later process of the same number gets; undefined where the process is gone, a zombie being gone
 * too, and `unknown` where the system doesn't tell.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startFromProc(pid);
  if (process.platform === 'win32') return startBySignal(pid);
  return startFromPs(pid);
}

/** Fields 3 and 22 of `/proc/PID/stat`, proc(5): the state, and the start in ticks since the system's. */
async function startFromProc(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Gone, or hidden from us because it is another user's.
    return startBySignal(pid);
  }
  // The name of the program, in parentheses, may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

async function startFromPs(pid: number): Promise<string | undefined> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? startBySignal(pid) : undefined;
  }
}

function startBySignal(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return UNKNOWN;
  } catch (error) {
    return errorCode(error) === 'EPERM' ? UNKNOWN : undefined;
  }
}

export const UNKNOWN = 'unknown';
