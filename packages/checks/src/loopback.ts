import { isIPv4 } from 'node:net';

/** Whether this machine alone reaches what listens at `host`, a name or an address without brackets. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
