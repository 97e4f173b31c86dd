import { type Outcome, refused, retry } from './outcome.ts';

/** The part of a response that decides what is done with its body. */
export type ResponseHead = Pick<Response, 'status' | 'statusText' | 'headers'>;

/** The body is the file from byte `offset` on; or it is not, and what was received before is of use or not. */
export type Verdict =
  | { readonly kind: 'content'; readonly offset: number }
  | { readonly kind: 'other'; readonly outcome: Outcome; readonly restart: boolean };

/** Statuses that say "later": request timeout, too early, too many requests. */
const TRANSIENT = new Set([408, 425, 429]);
const LONGEST_WAIT_MS = 60_000;

/**
 * Reads the answer to a request for bytes `received` to `total` of a file (RFC 9110, 14: range requests).
 */
export function readResponse(response: ResponseHead, received: number, total: number): Verdict {
  const { status, statusText, headers } = response;
  if (status === 200) return announced(contentLength(headers), total, 0);
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    if (Number(range?.[1] ?? Number.NaN) !== received) {
      return other(
        retry(`the server sent the range "${headers.get('content-range')}", not from byte ${received}`),
        true,
      );
    }
    return announced(range?.[2] === '*' ? undefined : Number(range?.[2]), total, received);
  }
  if (status === 416) return other(retry('the server has no bytes after those received'), true);
  const reason = `HTTP ${status} ${statusText.slice(0, 80)}`.trimEnd();
  if (TRANSIENT.has(status) || status >= 500) return other(retry(reason, retryAfter(headers)), false);
  return other(refused(reason), false);
}

function announced(size: number | undefined, total: number, offset: number): Verdict {
  if (size === undefined || size === total) return { kind: 'content', offset };
  return other(refused(`the server announces ${size} bytes, expected ${total}`), true);
}

function other(outcome: Outcome, restart: boolean): Verdict {
  return { kind: 'other', outcome, restart };
}

/** Undefined where the length is not known, or is that of an encoding which the body is decoded from. */
function contentLength(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_WAIT_MS) : undefined;
}
