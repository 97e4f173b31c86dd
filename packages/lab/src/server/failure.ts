import { InputError } from '@unbraid/checks';
import { messageOf, UsageError } from '@unbraid/experiment';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Failure } from '../api.ts';

/** There is no such thing. */
export const notFound = (what: string) => new HTTPException(404, { message: `there is no such ${what}` });

/** The request is wrong. */
export const wrong = (message: string) => new HTTPException(400, { message });

/** What failed, as the page hears it: a wrong request in its own words, and no more of anything else than its message. */
export function failureOf(error: Error, c: Context): Response {
  const status: ContentfulStatusCode =
    error instanceof HTTPException
      ? error.status
      : error instanceof UsageError || (error instanceof InputError && error.code === 'setting')
        ? 400
        : 500;
  const failure: Failure = { error: messageOf(error).replace(/^(?:experiment|lab): /, '') };
  return c.json(failure, status);
}
