import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Ways to resolve a package that one of ECMAScript modules alone doesn't offer: `require`, and TypeScript from before `exports`. */
const OTHER_WAYS: ReadonlySet<string> = new Set(['node10', 'node16-cjs']);

/** What publint says of a packed package, however mild. */
export async function publintComplaints(tarball: string): Promise<string[]> {
  const bytes = await readFile(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: toArrayBuffer(bytes) }, strict: true });
  return messages.map((message) => `publint: ${message.code}: ${formatMessage(message, pkg, { color: false })}`);
}

/** What a user's TypeScript would stumble over in a packed package (arethetypeswrong, profile `esm-only`). */
export async function typeComplaints(tarball: string): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
  if (result.types === false) return ['attw: it has no types'];
  return result.problems.filter(concernsUs).map((problem) => `attw: ${JSON.stringify(problem)}`);
}

const concernsUs = (problem: Problem): boolean =>
  !('resolutionKind' in problem && OTHER_WAYS.has(problem.resolutionKind)) &&
  !('resolutionOption' in problem && OTHER_WAYS.has(problem.resolutionOption));

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
