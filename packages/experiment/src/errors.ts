/** The request itself was wrong (an unknown setting, a directory in use): the command line ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'setting';
}

/** Something outside went wrong in a known way (a full disk, a damaged file); the message is all there is to say. */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code = 'run';
}

/** Something that was stored is there and is not what it was, by its checksum, or not what it was stored as: to ask for it again changes nothing. */
export class DamagedError extends RunError {}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
