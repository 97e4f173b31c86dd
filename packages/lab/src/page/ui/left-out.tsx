import { plural } from '../values/format.ts';

/** What a table has beyond what it shows. */
export interface Beyond {
  readonly shown: number;
  readonly all: number;
  /** In the singular: `run`. */
  readonly what: string;
}

/** `The first 200 of 1,000 runs and 40 of 57 results are listed.` Empty where all are. */
export function leftOutText(parts: readonly Beyond[]): string {
  const left = parts.filter(({ shown, all }) => shown < all);
  if (left.length === 0) return '';
  const named = left.map(({ shown, all, what }) => `${shown.toLocaleString('en-US')} of ${plural(all, what)}`);
  return `The first ${named.join(' and ')} are listed.`;
}

/** Says below a table what it leaves out. */
export function LeftOut({ parts }: { readonly parts: readonly Beyond[] }) {
  const text = leftOutText(parts);
  return text === '' ? null : <p class="caption">{text}</p>;
}
