import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dependency, dependencies, isPermissive } from './licences.ts';
import { root } from './repository.ts';

/** The text that a dependency's licence asks to be kept; undefined where it isn't installed here, being another platform's. */
function licenceText({ folder }: Dependency): string | undefined {
  try {
    const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying|notice)/i.test(name));
    return file && readFileSync(join(root, folder, file), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function thirdParty(found: readonly Dependency[]): string {
  const rows = found.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  const texts = found.flatMap((dependency) => {
    const text = licenceText(dependency);
    return text === undefined ? [] : [`## ${dependency.name} ${dependency.version}\n\n\`\`\`\`text\n${text}\n\`\`\`\``];
  });
  return [
    '# What Unbraid installs beside its own packages',
    ['| package | version | licence |', '| --- | --- | --- |', ...rows].join('\n'),
    ...texts,
    '',
  ].join('\n\n');
}

// `npm run licences`: writes release/out/THIRD-PARTY.md, and ends with 1 where a licence isn't permissive.
const found = dependencies();
const refused = found.filter(({ licence }) => !isPermissive(licence));
for (const { name, version, licence } of refused)
  console.error(`${name} ${version}: ${licence} is no permissive licence`);
if (refused.length > 0) process.exitCode = 1;
mkdirSync(join(root, 'release/out'), { recursive: true });
writeFileSync(join(root, 'release/out/THIRD-PARTY.md'), thirdParty(found));
console.log(`release/out/THIRD-PARTY.md: ${found.length} packages`);
