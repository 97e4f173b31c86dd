import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import * as z from 'zod';

const manifestSchema = z.looseObject({ exports: z.unknown().optional() });

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
  const pack = createPackageFromTarballData(await readFile(tarball));
  const manifest = manifestSchema.parse(JSON.parse(pack.readFile(`/node_modules/${pack.packageName}/package.json`)));
  // A platform's library is found by its path, and has nothing to import.
  if (manifest.exports === undefined) return [];
  const result = await checkPackage(pack, { excludeEntrypoints: assetsOf(manifest.exports) });
  if (result.types === false) return ['attw: it has no types'];
  return result.problems.filter(concernsUs).map((problem) => `attw: ${JSON.stringify(problem)}`);
}

/** Entries that are files for a page to fetch, which have no types. */
const assetsOf = (exports: unknown): string[] =>
  Object.entries(exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'string' && target.endsWith('.wasm') ? [entry] : [],
  );

const concernsUs = (problem: Problem): boolean =>
  !('resolutionKind' in problem && OTHER_WAYS.has(problem.resolutionKind)) &&
  !('resolutionOption' in problem && OTHER_WAYS.has(problem.resolutionOption));

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
