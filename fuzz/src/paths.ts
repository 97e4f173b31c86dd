import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder fuzz/, also when this runs from fuzz/dist. */
const FUZZ = fileURLToPath(new URL('..', import.meta.url));

/** The program that runs cases, as built. */
export const CHILD = join(FUZZ, 'dist', 'child.js');

/** Where the inputs of findings are kept; not under version control. */
export const FINDINGS = join(FUZZ, 'findings');
