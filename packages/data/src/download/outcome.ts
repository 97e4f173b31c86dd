/**
 * How one attempt at an address ended. What no other attempt or address can mend (a full disk, the user's abort) is
 * thrown instead.
 */
export type Outcome =
  | { readonly kind: 'complete' }
  /** Worth another attempt at this address, after `waitMs` if the server asked for that. */
  | { readonly kind: 'retry'; readonly reason: string; readonly waitMs?: number }
  /** This address will not give the file. */
  | { readonly kind: 'refused'; readonly reason: string };

export function retry(reason: string, waitMs?: number): Outcome {
  return waitMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, waitMs };
}

export function refused(reason: string): Outcome {
  return { kind: 'refused', reason };
}
