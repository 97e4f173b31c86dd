import { readFileSync } from 'node:fs';

/** What the system says of a process; undefined where there is none of that number, or where it can't be asked. */
export type LookUp = (pid: number) => { readonly parent: number; readonly command: string } | undefined;

const INTERVAL = 1000;
const NPM = /(^|[\\/])(npm|npx)(-cli\.js)?([\0 ]|$)/;

/** By `/proc`, proc(5). */
export const lookUp: LookUp = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold anything.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    return undefined;
  }
};

/** A process and the parent that it should have. */
type Link = readonly [pid: number, parent: number];

/** From `pid` up to npm, which may have a shell between itself and us; undefined where it isn't there. */
function linksToNpm(pid: number, look: LookUp): Link[] | undefined {
  const links: Link[] = [];
  for (let at = pid; links.length < 2; ) {
    const parent = look(at)?.parent;
    if (parent === undefined) return undefined;
    links.push([at, parent]);
    if (NPM.test(look(parent)?.command ?? '')) return links;
    at = parent;
  }
  return undefined;
}

/**
 * Calls `onGone` when this process was started by npm, or npx, and npm ends before it. npm passes signals on to its shell alone, which ends without a word to us, and
 * not at all where it is killed. On Linux, where its shell stays between; elsewhere signals reach us themselves.
 * @returns what ends the watch
 */
export function watchNpm(onGone: () => void, look: LookUp = lookUp, pid = process.pid): () => void {
  const links = linksToNpm(pid, look);
  if (links === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (links.every(([child, parent]) => look(child)?.parent === parent)) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}
