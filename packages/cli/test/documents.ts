import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A block of code in a document. */
export interface Block {
  /** `packages/nn/README.md:12`, the line of its fence. */
  readonly place: string;
  readonly language: string;
  /** What else the fence says. */
  readonly word: string;
  readonly code: string;
}

/** Every document for users, from the root: the guide of sim-env is one program in several files, which its own test runs. */
export function documents(): string[] {
  const below = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  const readmes = ['.', 'bench', 'fuzz', ...below('packages'), ...below('python')].map((folder) =>
    join(folder, 'README.md'),
  );
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
  return [...readmes, ...docs.filter((name) => name.endsWith('.md'))]
    .filter((path) => existsSync(join(root, path)))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== 'docs/from-your-model-to-a-trained-agent.md');
}

export function blocksOf(path: string): Block[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: word = '', 3: code = '', index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { place: `${path}:${line}`, language, word, code };
    },
  );
}

/** A program that a document prints: a block, after those before it that it continues. */
export interface Program {
  readonly place: string;
  readonly language: 'ts' | 'js';
  readonly code: string;
}

/**
 * What a document's blocks are when they are run as printed: each a program of its own, but that one whose fence says `continues` follows the one before. A block
 * that says `ignore` is a form to be filled in.
 */
export function programsOf(path: string): Program[] {
  const programs: Program[] = [];
  for (const { place, language, word, code } of blocksOf(path)) {
    if ((language !== 'ts' && language !== 'js') || word === 'ignore') continue;
    if (word !== '' && word !== 'continues')
      throw new Error(`${place}: a fence says "${word}"; it can say continues or ignore`);
    const before = programs.at(-1);
    if (word === 'continues' && before === undefined) throw new Error(`${place} continues nothing`);
    programs.push({ place, language, code: word === 'continues' ? `${before!.code}\n${code}` : code });
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
