import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started and that live, by `/proc`, proc(5). */
export function childrenOf(pid: number | undefined): number[] {
  const parentOf = (child: number) => {
    try {
      const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : Number(parent);
    } catch {
      return undefined;
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((child) => child > 0 && parentOf(child) === pid);
}
