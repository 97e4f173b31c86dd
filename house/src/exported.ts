import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { root } from './sources.ts';

/** A name that a package gives to everybody, and whether a doc comment stands before its declaration. */
export interface ExportedName {
  readonly name: string;
  /** The file that declares it, from the root. */
  readonly file: string;
  readonly documented: boolean;
}

interface Entry {
  readonly source?: string;
}

/** Files that a package's entries begin with, from the root. */
export function entriesOf(name: string): string[] {
  const folder = join('packages', name);
  const { exports = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    readonly exports?: Readonly<Record<string, Entry | string>>;
  };
  const sources = Object.values(exports).map((entry) => (typeof entry === 'string' ? entry : entry.source));
  return sources.filter((path) => path?.endsWith('.ts')).map((path) => join(folder, path!));
}

/** The names that a file exports, of its own or from files beside it; what comes from another package is told of there. */
export function exportedFrom(file: string): ExportedName[] {
  const { program, comments, code } = parsed(file);
  const declared = new Map<string, boolean>();
  const found: ExportedName[] = [];
  const imported = new Map<string, string>();
  const own = (name: string, at: number) => {
    // The first of several overloads has it.
    if (!declared.has(name)) declared.set(name, isDocumented(at));
  };
  const isDocumented = (at: number) =>
    comments.some(({ type, value, end }) => {
      const between = code.slice(end, at).replaceAll(/\/\/[^\n]*\n/g, '');
      return type === 'Block' && value.startsWith('*') && end <= at && between.trim() === '';
    });
  const from = (source: string, wanted?: string) => {
    if (!source.startsWith('.')) return;
    const names = exportedFrom(join(dirname(file), source));
    found.push(...(wanted === undefined ? names : names.filter(({ name }) => name === wanted)));
  };
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const { local } of node.specifiers) imported.set(local.name, node.source.value);
    } else if (node.type === 'ExportAllDeclaration') {
      from(node.source.value);
    } else if (node.type === 'ExportNamedDeclaration') {
      for (const name of namesIn(node.declaration)) own(name, node.start);
      for (const { local } of node.specifiers) {
        const name = 'name' in local ? local.name : local.value;
        const source = node.source?.value ?? imported.get(name);
        if (source !== undefined) from(source, name);
      }
    }
  }
  return [...found, ...[...declared].map(([name, documented]) => ({ name, file, documented }))];
}

const known = new Map<string, ReturnType<typeof parse>>();

function parsed(file: string) {
  const result = known.get(file) ?? parse(file);
  known.set(file, result);
  return result;
}

function parse(file: string) {
  const code = readFileSync(join(root, file), 'utf8');
  const { program, comments } = parseSync(file, code);
  return { program, comments, code };
}

/** What a declaration declares. */
function namesIn(declaration: unknown): string[] {
  if (typeof declaration !== 'object' || declaration === null) return [];
  const { id, declarations } = declaration as Declaration;
  if (declarations) return declarations.flatMap((one) => one.id?.name ?? []);
  return id?.name === undefined ? [] : [id.name];
}

interface Declaration {
  readonly id?: { readonly name?: string } | null;
  readonly declarations?: readonly { readonly id?: { readonly name?: string } }[];
}
