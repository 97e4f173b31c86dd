const SOURCE = '/src/';

/**
 * A module's address as a new thread can load it. Where Node does not strip types, as before 22.18, a module of a package's `src`
 * that runs from source (in this repository's tests) is loaded from where the compiler has put it, `dist`.
 */
export function loadable(url: string): string {
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
  const at = url.lastIndexOf(SOURCE);
  if (stripsTypes || at < 0 || !url.endsWith('.ts')) return url;
  return `${url.slice(0, at)}/dist/${url.slice(at + SOURCE.length, -'.ts'.length)}.js`;
}
