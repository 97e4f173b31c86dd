import { signal } from '@preact/signals';
import { type Address, formatAddress, parseAddress } from './address.ts';

/** Where the reader is. */
export const route = signal<Address>(parseAddress(location.hash));

/** Follows the address from now on. */
export function startRouter(): void {
  addEventListener('hashchange', () => {
    route.value = parseAddress(location.hash);
  });
}

/** Goes to a view; the back button leads back. */
export function go(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = formatAddress(path, query);
}

/** Changes the state of the view that is shown. `push` makes a step that the back button takes back; `replace` is for what changes with every key or pixel. */
export function setQuery(
  changes: Readonly<Record<string, string | undefined>>,
  how: 'push' | 'replace' = 'push',
): void {
  const { path, query } = route.value;
  const next = formatAddress(path, { ...query, ...changes });
  if (next === formatAddress(path, query)) return;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', next);
  route.value = parseAddress(next);
}

/** Items of a list in the address. */
export const listOf = (text: string | undefined): string[] => (text ? text.split(',').filter(Boolean) : []);
