import { messageOf } from '@unbraid/experiment';

/** A run that failed on its way: what was done until then is in its directory. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly directory: string;

  constructor(cause: unknown, directory: string) {
    super(messageOf(cause), { cause });
    this.directory = directory;
  }
}
