import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { ORT_SOURCES, type OrtSource } from './ort-sources.ts';
import {
  filesOfOnnxRuntimeNode,
  filesOfWheel,
  type NativeFiles,
  platformManifest,
  writePlatformPackage,
} from './platform-package.ts';
import { type Manifest, stagePackages } from './stage.ts';
import type { WheelOptions } from './wheels.ts';

/** A package as a tarball. */
export interface Packed {
  readonly manifest: Manifest;
  readonly file: string;
  readonly integrity: string;
  readonly shasum: string;
}

export interface PackOptions extends WheelOptions {
  /** Packages of all platforms, and not of this machine's alone. */
  readonly all: boolean;
  /** Where a wheel can't be had, whether `onnxruntime-node`'s library may stand in, and who is told why. */
  readonly substitute?: (reason: string) => void;
}

/** Packs everything that is published into a folder, with an empty one to work in. */
export async function packAll(out: string, work: string, options: PackOptions): Promise<Packed[]> {
  const here = `${process.platform}-${process.arch}`;
  const sources = ORT_SOURCES.filter(({ platform }) => options.all || platform === here);
  const folders = await stagePackages(work);
  for (const source of sources) {
    const folder = join(work, `ort-${source.platform}`);
    await writePlatformPackage(folder, source, await nativeFiles(source, options));
    folders.push(folder);
  }
  mkdirSync(out, { recursive: true });
  const printed = await npm(['pack', ...folders, '--json', '--ignore-scripts', '--pack-destination', out], work);
  const packed = JSON.parse(printed) as { filename: string; integrity: string; shasum: string }[];
  return packed.map(({ filename, integrity, shasum }, i) => {
    const manifest = JSON.parse(readFileSync(join(folders[i]!, 'package.json'), 'utf8')) as Manifest;
    return { manifest, file: fileIn(out, filename), integrity, shasum };
  });
}

/** npm names the file of a scoped package differently in what it prints and in the folder, by version. */
function fileIn(out: string, filename: string): string {
  const path = join(out, filename.replace(/^@/, '').replaceAll('/', '-'));
  if (!existsSync(path)) throw new Error(`release: npm packed no ${filename}, but ${readdirSync(out).join(', ')}`);
  return path;
}

async function nativeFiles(source: OrtSource, options: PackOptions): Promise<NativeFiles> {
  try {
    return await filesOfWheel(source, options);
  } catch (error) {
    if (options.substitute === undefined || options.all) throw error;
    options.substitute(error instanceof Error ? error.message : String(error));
    return filesOfOnnxRuntimeNode(source);
  }
}

/** Manifests of packages for other machines, which npm reads and passes over. */
export const otherPlatforms = (packed: readonly Packed[]): Manifest[] =>
  ORT_SOURCES.map(platformManifest).filter(({ name }) => packed.every(({ manifest }) => manifest.name !== name));
