import { showValue } from './show-value.ts';

const AT_MOST = 20;

/** Names as an error lists them: each cut where it is long, the first twenty where there are more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, AT_MOST).map((name) => (/^[\w .:/-]{1,40}$/.test(name) ? name : showValue(name)));
  return `${shown.join(', ')}${names.length > AT_MOST ? ` and ${names.length - AT_MOST} more` : ''}`;
}

const SIZES_AT_MOST = 8;

/** A shape as an error shows it, its first sizes where there are more: `[2, 3]`. */
export function shownShape(shape: readonly number[]): string {
  const more = shape.length > SIZES_AT_MOST ? `, … (${shape.length} dimensions)` : '';
  return `[${shape.slice(0, SIZES_AT_MOST).join(', ')}${more}]`;
}
