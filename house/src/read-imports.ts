import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** What a file imports or exports again, types too: files beside it by their path from the root, packages as they are named. */
export interface Imports {
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** Reads the imports of a file, `path` from `root`. @throws Error where it can't be parsed */
export function readImports(root: string, path: string): Imports {
  const code = readFileSync(join(root, path), 'utf8');
  const { module, errors } = parseSync(path, code);
  if (errors.length > 0) throw new Error(`house: ${path} can't be parsed: ${errors[0]!.message}`);
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => literal(code.slice(start, end))),
    ...typesOf(code),
  ].filter((name) => name !== undefined);
  const unique = [...new Set(named)];
  const [files, packages] = [unique.filter(isFile), unique.filter((name) => !isFile(name))];
  return { files: files.map((name) => join(dirname(path), name)), packages };
}

const isFile = (name: string): boolean => name.startsWith('.');

/** The text of a string, undefined for an address that is computed. */
const literal = (code: string): string | undefined => /^'([^']*)'$/.exec(code)?.[1];

/** `import('x')` as a type, which is no import of the module to a parser. */
const typesOf = (code: string): string[] => [...code.matchAll(/typeof import\('([^']+)'\)/g)].map(([, name]) => name!);

/** The package of an import: `@unbraid/graph` of `@unbraid/graph/node`. */
export const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
