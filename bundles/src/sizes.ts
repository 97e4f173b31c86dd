import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Library, libraries } from './examples.ts';
import type { PageOutcome } from './run-page.ts';

/** Kilobytes of the JavaScript that a page loads for a package's example, gzipped, and what it loads of WebAssembly beside. */
export function sizeOf(files: readonly string[], folder: string): { readonly script: number; readonly wasm: boolean } {
  const scripts = files.filter((path) => path.endsWith('.js'));
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
  return { script: bytes / 1000, wasm: files.some((path) => path.endsWith('.wasm')) };
}

/** Prints a table: what pages loaded, by package and bundler. */
export function printSizes(pages: ReadonlyMap<string, ReadonlyMap<Library, PageOutcome>>, folder: string): void {
  const names = [...pages.keys()].filter((name) => pages.get(name)!.size > 0);
  if (names.length === 0) return;
  console.log(
    `JavaScript that a page loads for a README's example, kB gzipped (webpack and Rollup don't minify here; + is 14 MB of WebAssembly)`,
  );
  console.log(['package'.padEnd(12), ...names.map((name) => name.padStart(9))].join(''));
  for (const library of libraries) {
    const cells = names.map((name) => {
      const files = pages.get(name)!.get(library)?.files;
      if (files === undefined) return '';
      const { script, wasm } = sizeOf(files, folder);
      return `${script.toFixed(0)}${wasm ? ' +' : '  '}`;
    });
    console.log([library.padEnd(12), ...cells.map((cell) => cell.padStart(9))].join(''));
  }
}
