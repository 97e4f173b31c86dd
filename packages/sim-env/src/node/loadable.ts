/**
 * A module's address as a new thread can load it. Where Node does not strip types, as before 22.18, a module of a package's `src`
 * that runs from source (in this repository's tests) is loaded from where the compiler has put it, `dist`.
 */
export function loadable(url: string): string {
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
  return stripsTypes ? url : url.replace(/\/src\/((?:[^/]+\/)*[^/]+)\.ts$/, '/dist/$1.js');
}
