import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { koffiBinary } from './koffi-binary.ts';
import { KOFFI_VERSION, ORT_VERSION, type OrtSource } from './ort-sources.ts';
import { readZip } from './read-zip.ts';
import { home, root } from './repository.ts';
import { checkHash } from './sha256.ts';
import { obtainWheel, type WheelOptions } from './wheels.ts';

export const platformPackage = (platform: string): string => `@unbraid/ort-${platform}`;

/** What the native package is made of. */
export interface NativeFiles {
  readonly library: Buffer;
  readonly license: Buffer;
  readonly notices: Buffer;
}

const LICENSE = 'onnxruntime/LICENSE';
const NOTICES = 'onnxruntime/ThirdPartyNotices.txt';

/** From the pinned wheel. @throws Error where that can't be had, or isn't what was pinned */
export async function filesOfWheel(source: OrtSource, options: WheelOptions): Promise<NativeFiles> {
  const { member, librarySha256 } = source.wheel;
  const found = await readZip(await obtainWheel(source, options), [member, LICENSE, NOTICES]);
  const library = found.get(member)!;
  checkHash(member, library, librarySha256);
  return { library, license: found.get(LICENSE)!, notices: found.get(NOTICES)! };
}

/** From the `onnxruntime-node` that is installed here, whose library is larger: to try packages where wheels can't be had, never to publish them. */
export function filesOfOnnxRuntimeNode({ os, cpu }: OrtSource): NativeFiles {
  const file = { darwin: `libonnxruntime.${ORT_VERSION}.dylib`, win32: 'onnxruntime.dll' }[os] ?? 'libonnxruntime.so.1';
  const licenses = join(root, 'packages', 'ort-web', 'licenses', 'onnxruntime');
  return {
    library: readFileSync(join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', os, cpu, file)),
    license: readFileSync(join(licenses, 'LICENSE')),
    notices: readFileSync(join(licenses, 'ThirdPartyNotices.txt')),
  };
}

/** What a platform's package says of itself. */
export const platformManifest = ({ platform, os, cpu, libc, needs }: OrtSource) => ({
  name: platformPackage(platform),
  version: ORT_VERSION,
  description: `ONNX Runtime's library for ${platform} (CPU only; ${needs} or newer), with what calls it, for @unbraid/graph`,
  license: 'MIT',
  author: 'The Unbraid authors',
  homepage: `${home}#readme`,
  bugs: { url: `${home}/issues` },
  repository: { type: 'git', url: `git+${home}.git` },
  type: 'commonjs',
  engines: { node: '>=20.19' },
  main: 'index.cjs',
  os: [os],
  cpu: [cpu],
  ...(libc && { libc: [libc] }),
  preferUnplugged: true,
});

/** Writes a platform's package into a folder. */
export async function writePlatformPackage(folder: string, source: OrtSource, files: NativeFiles): Promise<void> {
  const { platform, wheel, needs } = source;
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('package.json', `${JSON.stringify(platformManifest(source), undefined, 2)}\n`);
  write('index.cjs', indexOf(wheel.library));
  write('README.md', readmeOf(platform, needs));
  write(wheel.library, files.library);
  write('koffi.node', await koffiBinary(source));
  write('licenses/onnxruntime/LICENSE', files.license);
  write('licenses/onnxruntime/ThirdPartyNotices.txt', files.notices);
  cpSync(join(root, 'release', 'licenses', 'koffi'), join(folder, 'licenses', 'koffi'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

const indexOf = (library: string) => `'use strict';
const { join } = require('node:path');

exports.version = '${ORT_VERSION}';
exports.library = join(__dirname, '${library}');
exports.koffi = require('./koffi.node');
`;

const readmeOf = (platform: string, needs: string) => `# ${platformPackage(platform)}

ONNX Runtime ${ORT_VERSION}'s shared library for ${platform}, for CPUs alone, and the binary of koffi ${KOFFI_VERSION}, which calls it. \`@unbraid/graph\`
has it as an optional dependency; there is nothing in it to be used by itself. ${needs} or newer is needed.

Both files are their projects' own, unchanged: the library is that of the wheel of \`onnxruntime\` ${ORT_VERSION} in Python's package index, the
binary that of \`@koromix/koffi-${platform}\` ${KOFFI_VERSION} on npm. Both projects are under the MIT licence; their licences and notices are in
\`licenses/\`.
`;
