import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { root } from './documents.ts';

/** What a package's `exports` says of an entry, as far as it matters here. */
interface Entry {
  readonly source?: string;
}

/** Packages that nobody imports: the papers' experiments are run by the command. */
const unlisted = new Set(['papers']);

/** Public entries, from the name that a user imports to the file of its source, as the packages' `exports` have them. */
export function publicEntries(): Map<string, string> {
  const entries = new Map<string, string>();
  for (const folder of readdirSync(join(root, 'packages')).sort()) {
    if (unlisted.has(folder)) continue;
    const place = join(root, 'packages', folder);
    const facts = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
      name: string;
      exports?: Record<string, Entry | string>;
    };
    for (const [key, entry] of Object.entries(facts.exports ?? {})) {
      if (typeof entry === 'string' || entry.source === undefined) continue;
      entries.set(facts.name + key.slice(1), join(place, entry.source));
    }
  }
  return entries;
}

/** Makes `docs/reference/` from the doc comments of all public entries: a page for each. */
export async function makeReference(): Promise<void> {
  const out = join(root, 'docs', 'reference');
  rmSync(out, { recursive: true, force: true });
  const entries = publicEntries();
  const options: TypeDocOptions & PluginOptions = {
    name: 'Reference',
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...entries.values()],
    tsconfig: join(root, 'docs', 'tsconfig.reference.json'),
    basePath: root,
    outputs: [{ name: 'markdown', path: out }],
    outputFileStrategy: 'modules',
    readme: 'none',
    // Types are the compiler's business, which is another one than TypeDoc's.
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    // What classes have from the platform's, such as Error.captureStackTrace.
    excludeExternals: true,
    sourceLinkTemplate: 'https://github.com/unbraid/unbraid/blob/main/packages/{path}#L{line}',
    gitRevision: 'main',
    disableGit: true,
    logLevel: 'Error',
    entryFileName: 'index',
    excludeScopesInPaths: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    indexFormat: 'table',
    sanitizeComments: true,
    useHTMLEncodedBrackets: true,
    // Names that differ by the case of letters alone would share an anchor, and so would a function throws and the headings Throws.
    useCustomAnchors: true,
    customAnchorsFormat: 'curlyBrace',
    anchorPrefix: 'api-',
    tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
    groupOrder: ['Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases', '*'],
    sort: ['alphabetical'],
  };
  const app = await Application.bootstrapWithPlugins(options as TypeDocOptions);
  const names = new Map([...entries].map(([name, file]) => [file, name]));
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) {
      const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
      const name = names.get(file ?? '');
      if (name !== undefined) reflection.name = name;
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('docs: the reference could not be made; TypeDoc says why above');
  await app.generateOutputs(project);
  unlinkConstructors(out);
}

/** Constructors get headings without anchors, so links to them lead nowhere. */
function unlinkConstructors(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  )) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/\[(`constructor`)\]\([^)]*\)/g, '$1'));
  }
}
