import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { documents, root } from './documents.ts';

/** Where the repository's files are found on the web: `blob/main/PATH`, `tree/main/PATH`. */
const REPOSITORY = 'https://github.com/unbraid/unbraid';

/** A link that leads nowhere, in one line. */
export type DeadLink = string;

/** An anchor as GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (text: string): string => text.replace(/^```.*\n[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

function anchorsOf(path: string): Set<string> {
  const text = readFileSync(join(root, path), 'utf8').replace(/^```.*\n[\s\S]*?^```$/gm, '');
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

/** The file in the repository that an address on the web shows, and the place in it; undefined for every other address. */
export function fileOf(address: string): { path: string; anchor: string } | undefined {
  const [, path = '', anchor = ''] =
    new RegExp(`^${REPOSITORY}(?:/(?:blob|tree|raw)/main/?([^#]*))?(?:#(.*))?$`).exec(address) ?? [];
  return address.startsWith(REPOSITORY) ? { path, anchor } : undefined;
}

function faultOf(path: string, anchor: string): string | undefined {
  if (!existsSync(join(root, path))) return `there is no ${path}`;
  if (anchor !== '' && path.endsWith('.md') && !anchorsOf(path).has(anchor)) return `${path} has no heading #${anchor}`;
  return undefined;
}

/** Links of a document, in Markdown, to files of the repository that aren't there, or to headings that they don't have. */
export function deadLinksOf(document: string): DeadLink[] {
  const text = withoutCode(readFileSync(join(root, document), 'utf8'));
  return [...text.matchAll(/\]\((?!mailto:)([^)\s]+)\)/g)].flatMap(([, address = '']) => {
    const [path = '', anchor = ''] = address.split('#');
    const target = /^https?:/.test(address)
      ? fileOf(address)
      : { path: path === '' ? document : posix.join(dirname(document), path), anchor };
    // What is made of the sources is looked at where the site is checked.
    if (target === undefined || target.path.startsWith('docs/reference/') || path.startsWith('/')) return [];
    const fault = faultOf(target.path, target.anchor);
    return fault === undefined ? [] : [`${document} links to ${address}: ${fault}`];
  });
}

/** What a package's page in npm's registry shows can't follow links into the repository that are relative and lead out of the package. */
export function linksThatLeaveThePackage(document: string): DeadLink[] {
  const text = withoutCode(readFileSync(join(root, document), 'utf8'));
  return [...text.matchAll(/\]\(((?!https?:|#|mailto:)[^)\s]+)\)/g)].flatMap(([, address = '']) =>
    posix.normalize(posix.join('/p/q', address)).startsWith('/p/q/') ? [] : [`${document} links to ${address}`],
  );
}

export const deadLinks = (): DeadLink[] => documents().flatMap(deadLinksOf);
