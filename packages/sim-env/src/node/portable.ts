/** An error as a port can carry it, with its stack. */
export function portable(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const copy = new Error(message);
  copy.stack = stack ?? `${name}: ${message}`;
  return copy;
}
