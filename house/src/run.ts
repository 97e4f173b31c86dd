import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { houseDocuments } from './document.ts';
import { root } from './sources.ts';

for (const [path, text] of await houseDocuments()) writeFileSync(join(root, path), text);
