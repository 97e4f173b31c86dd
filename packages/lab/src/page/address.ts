/** A view and its state, as the address holds them: `#/runs?q=galu` is `['runs']` with `q`. */
export interface Address {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** Reads what stands behind `#`; an address that says nothing is the list of runs. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  return { path: parts.length > 0 ? parts : ['runs'], query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view. Entries that are undefined are left out. */
export function formatAddress(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(given)
    .toString()
    .replaceAll('%2F', '/')
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':');
  return `#/${path.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

/** What stands before a mark and behind it, which is undefined where there is no mark. */
export function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A part of an address as it was before it was encoded; a percent sign that encodes nothing stands for itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
