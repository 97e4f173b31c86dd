import { makeErrorCodes } from './error-codes.ts';
import { makeReference } from './reference.ts';

await makeReference();
makeErrorCodes();
