import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { npm } from './npm.ts';
import { root } from './repository.ts';

const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  components: z.array(z.looseObject({ name: z.string(), version: z.string() })).min(1),
});

// `npm run sbom`: writes release/out/sbom.cdx.json, a bill of materials of what users of all packages install, as CycloneDX.
const args = ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
const text = await npm(args, root);
const { specVersion, components } = bomSchema.parse(JSON.parse(text));
mkdirSync(join(root, 'release/out'), { recursive: true });
writeFileSync(join(root, 'release/out/sbom.cdx.json'), text);
console.log(`release/out/sbom.cdx.json: CycloneDX ${specVersion}, ${components.length} components`);
