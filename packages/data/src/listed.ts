import { showValue } from '@unbraid/checks';

const AT_MOST = 20;

/** Names as an error lists them: each cut where it is long, the first twenty where there are more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, AT_MOST).map((name) => (/^[\w .:/-]{1,40}$/.test(name) ? name : showValue(name)));
  return `${shown.join(', ')}${names.length > AT_MOST ? ` and ${names.length - AT_MOST} more` : ''}`;
}
