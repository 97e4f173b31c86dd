import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';
import { isOurHost } from './hosts.ts';
import { isSame, newToken } from './token.ts';

/** Who may ask for what. */
export interface Access {
  /** In front of everything: our own host, no page of anybody else's. */
  readonly guard: MiddlewareHandler;
  /** In front of the page: takes the token of the address for a cookie, and leads to the address without it. */
  readonly enter: MiddlewareHandler;
  /** In front of the API: the cookie, or the token. */
  readonly know: MiddlewareHandler;
}

const UNSAFE: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The lab is for whoever has its token, and for no page but its own.
 * @param host that the server listens at
 * @param token in the address that is opened
 * @param name of the cookie, which tells labs at other ports of the same host apart
 */
export function createAccess(host: string, token: string, name: () => string): Access {
  const session = newToken();

  const bearer = (header: string | undefined) => /^Bearer ([\w-]{1,200})$/i.exec(header ?? '')?.[1];
  const isToken = (given: string | undefined) => given !== undefined && isSame(given, token);

  return {
    async guard(c, next) {
      const own = c.req.header('host');
      if (!isOurHost(own, host)) throw refusal('this host is not the one that the lab is at');
      const origin = c.req.header('origin');
      if (origin !== undefined && !isOrigin(origin, own!)) throw refusal('a page of another origin may not ask');
      const site = c.req.header('sec-fetch-site');
      const isNavigation = c.req.method === 'GET' && c.req.header('sec-fetch-mode') === 'navigate';
      if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation)
        throw refusal('a page of another origin may not ask');
      await next();
    },
    async enter(c, next) {
      const given = c.req.query('token');
      if (given === undefined) return next();
      if (!isToken(given)) throw refusal('this token is not that of this lab; open the address that it printed');
      setCookie(c, name(), session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return c.redirect('/', 303);
    },
    async know(c, next) {
      const cookie = getCookie(c, name());
      const byCookie = cookie !== undefined && isSame(cookie, session);
      if (!byCookie && !isToken(bearer(c.req.header('authorization'))) && !isToken(c.req.query('token')))
        throw refusal('open the address that the lab printed, or send its token: Authorization: Bearer TOKEN');
      // What a browser sends by itself is no sign of its page's wish: it says whose page it is with every such request.
      if (byCookie && UNSAFE.includes(c.req.method) && c.req.header('origin') === undefined)
        throw refusal('a request that changes something needs an Origin, or the token');
      await next();
    },
  };
}

const refusal = (message: string) => new HTTPException(403, { message });

function isOrigin(origin: string, host: string): boolean {
  try {
    const { protocol, host: named } = new URL(origin);
    return /^https?:$/.test(protocol) && named === new URL(`${protocol}//${host}`).host;
  } catch {
    return false;
  }
}
