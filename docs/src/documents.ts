import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A block of code in a document. */
export interface Block {
  /** `packages/nn/README.md:12`, the line of its fence. */
  readonly place: string;
  readonly language: string;
  /** What else the fence says. */
  readonly words: readonly string[];
  readonly code: string;
}

/** Folders below `docs` and the like that hold what is installed or made. */
const made = new Set(['node_modules', 'dist', 'reference', '.vitepress', 'screenshots', 'public']);

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return made.has(entry.name) ? [] : markdownBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Every document for users: paths from the root, with slashes. */
export function documents(): string[] {
  const below = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  const folders = ['.', 'bench', 'examples', 'fuzz', ...['packages', 'python', 'examples'].flatMap(below)];
  const readmes = folders
    .map((folder) => join(folder, 'README.md').replaceAll('\\', '/'))
    .filter((path) => existsSync(join(root, path)));
  return [...readmes, ...markdownBelow('docs')];
}

/** @param path From the root. */
export function blocksOf(path: string): Block[] {
  const text = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: words = '', 3: code = '', index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { place: `${path}:${line}`, language, words: words.split(' ').filter(Boolean), code };
    },
  );
}

/** A program that a document prints: a block, after those before it that it continues. */
export interface Program {
  readonly place: string;
  readonly language: 'ts' | 'js';
  readonly code: string;
  /** What it is for: `node` runs as printed; `browser` is for a page or a Worker; `compiled` needs what a test hasn't. */
  readonly runs: 'node' | 'browser' | 'compiled';
  /** Files beside it, by name: the document's blocks that have one, as far as they come before. */
  readonly files: Readonly<Record<string, string>>;
}

const vocabulary = /^(?:continues|ignore|browser|compiled|file=[\w.-]+)$/;

/**
 * What a document's blocks are when they are run as printed: each a program of its own, unless its fence says otherwise.
 * `continues`: it follows the program before. `browser`: for a page. `compiled`: types are checked and no more. `file=NAME`: a file that later programs
 * import, no program. `ignore`: a form to be filled in.
 * @throws Error where a fence says anything else.
 */
export function programsOf(path: string): Program[] {
  const programs: Program[] = [];
  let files: Record<string, string> = {};
  for (const { place, language, words, code } of blocksOf(path)) {
    if ((language !== 'ts' && language !== 'js') || words.includes('ignore')) continue;
    const unknown = words.find((word) => !vocabulary.test(word));
    if (unknown !== undefined)
      throw new Error(
        `${place}: a fence says "${unknown}"; it can say continues, browser, compiled, file=NAME or ignore`,
      );
    const name = words.find((word) => word.startsWith('file='))?.slice('file='.length);
    if (name !== undefined) {
      files = { ...files, [name]: code };
      continue;
    }
    const runs = words.includes('browser') ? 'browser' : words.includes('compiled') ? 'compiled' : 'node';
    const before = programs.at(-1);
    if (!words.includes('continues')) programs.push({ place, language, code, runs, files });
    else if (before === undefined) throw new Error(`${place} continues nothing`);
    else programs.push({ place, language, code: `${before.code}\n${code}`, runs, files });
  }
  return programs;
}

/** The words of every call of our command in blocks for a shell. */
export function callsOf(path: string): { place: string; words: string[] }[] {
  return blocksOf(path)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ place, code }) =>
      code
        .split('\n')
        // Variables that stand before the command are the shell's.
        .map((line) => line.replace(/^(?:[A-Z_]+=\S+ )+/, ''))
        .filter((line) => /^npx (unbraid|@unbraid\/cli) /.test(line))
        .map((line) => ({ place, words: wordsOf(line).slice(2) })),
    );
}

/** A line as a shell takes it apart: words, some in quotes, up to a comment. */
function wordsOf(line: string): string[] {
  const [command = ''] = line.split(/\s#/);
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}
