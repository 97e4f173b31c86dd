import { UsageError } from '@unbraid/experiment';

/** The port of `--port`. @throws {UsageError} for what is none */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(`--port ${text}: a port is an integer from 0 to 65535, 0 for one that is free`);
}
