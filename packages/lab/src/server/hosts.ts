import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from '@unbraid/checks/node';

/** As it stands in an address. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A name for the address to open: every address of the machine is none that one could open. */
export const shownHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? hostname() : host);

/**
 * Whether a request that names this host is for us. A page of a stranger's that has its own name lead here (DNS rebinding) sends that name; an address of numbers can't be led anywhere.
 * @param header of the request, with or without a port: through a tunnel it is another
 * @param host that we listen at
 */
export function isOurHost(header: string | undefined, host: string): boolean {
  const name = nameOf(header);
  if (name === undefined) return false;
  if (isLoopback(name)) return true;
  if (isLoopback(host)) return false;
  return isIP(name) !== 0 || [host, hostname()].some((own) => own.toLowerCase() === name);
}

function nameOf(header: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}
