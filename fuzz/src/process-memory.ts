import { readFileSync, writeFileSync } from 'node:fs';

/** The resident memory of this process, now. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** The resident memory of another process; undefined where the system doesn't tell, or the process has ended. */
export function residentBytesOf(pid: number): number | undefined {
  return statusKilobytes(pid, 'VmRSS');
}

/** Milliseconds that another process has computed; undefined where the system doesn't tell. */
export function computingMsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    // utime and stime, fields 14 and 15 of proc(5), in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** Forgets the highest resident memory so far, where the system can (Linux). */
export function forgetPeak(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Some containers forbid it; then a later peak shows only above the earlier ones.
  }
}

/** The highest resident memory since `forgetPeak`, or else since the process began. */
export function peakBytes(): number {
  return statusKilobytes('self', 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}

function statusKilobytes(pid: number | 'self', field: string): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const line = status.split('\n').find((each) => each.startsWith(`${field}:`));
    return line === undefined ? undefined : Number.parseInt(line.slice(field.length + 1), 10) * 1024;
  } catch {
    return undefined;
  }
}
