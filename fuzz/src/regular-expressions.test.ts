import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSafePattern } from 'redos-detector';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** More steps back than any of ours needs that takes linear time; those that don't need ever more, the longer the text. */
const MOST_BACKTRACKS = 100;

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Our sources, tests left out: what they match is their own. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'test', 'generated'].includes(entry.name) ? [] : sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/** The regular expressions that are written in a file, and calls that make others while it runs. */
function expressionsOf(file: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) visit(each);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, regex, callee } = node as { type?: string; regex?: Omit<Found, 'file'>; callee?: { name?: string } };
    if (regex) found.push({ file, ...regex });
    if (type === 'NewExpression' && callee?.name === 'RegExp')
      found.push({ file, pattern: '(made while it runs)+)', flags: '' });
    for (const [key, child] of Object.entries(node)) if (key !== 'regex') visit(child);
  };
  visit(parseSync(file, readFileSync(join(ROOT, file), 'utf8')).program);
  return found;
}

function isLinear({ pattern, flags }: Pick<Found, 'pattern' | 'flags'>): boolean {
  // One that is sticky is tried at one place only.
  const { safe } = isSafePattern(flags.includes('y') ? `^(?:${pattern})` : pattern, {
    caseInsensitive: flags.includes('i'),
    unicode: flags.includes('u'),
    dotAll: flags.includes('s'),
    multiLine: flags.includes('m'),
    maxScore: MOST_BACKTRACKS,
  });
  return safe;
}

describe('regular expressions', () => {
  const all = ['packages', 'bench', 'fuzz'].flatMap(sources).flatMap(expressionsOf);

  test('are found', () => {
    expect(all.length).toBeGreaterThan(40);
  });

  test.each(all)('/$pattern/$flags in $file takes linear time', (expression) => {
    expect(isLinear(expression)).toBe(true);
  });

  test.each(['^(\\d+\\.?\\d*)x', '(a+)+b', '\\s+$', '^.*,.*,.*x$'])('%s is known not to', (pattern) => {
    expect(isLinear({ pattern, flags: '' })).toBe(false);
  });
});
