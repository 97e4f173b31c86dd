import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { canCutOff, namedBeside, runExamples } from './examples.ts';
import { installScripts, packagesIn, type Size, sizeOf } from './installed.ts';
import { npm } from './npm.ts';
import { otherPlatforms, type PackOptions, packAll } from './pack.ts';
import { startRegistry } from './registry.ts';
import { shortName } from './stage.ts';

/** What was found of a package that was installed alone. */
export interface Checked {
  readonly name: string;
  /** How many packages it brought, itself among them. */
  readonly packages: number;
  readonly size: Size;
  readonly examples: number;
  /** What is wrong with it, a line or more each. */
  readonly problems: readonly string[];
}

export interface Outcome {
  readonly checked: readonly Checked[];
  /** Why the library is that of `onnxruntime-node`, where it is. */
  readonly substituted: string | undefined;
  /** Whether programs ran without a network. */
  readonly cutOff: boolean;
}

/**
 * Packs everything, fills a cache of npm's by installing it once from a registry on this machine (and from the user's what isn't ours), and then, without a network,
 * installs each package alone and runs the examples of its README.
 * @param folder an empty one
 */
export async function checkPackages(folder: string, options: PackOptions): Promise<Outcome> {
  let substituted: string | undefined;
  const substitute = (reason: string) => {
    substituted = reason;
  };
  const packed = await packAll(join(folder, 'packed'), join(folder, 'staged'), { ...options, substitute });
  // Those of platforms come by themselves.
  const names = packed.map(({ manifest }) => manifest.name).filter((name) => !/\/ort-(?!web$)/.test(name));
  const registry = await startRegistry(packed, otherPlatforms(packed));
  const settings = [`--@unbraid:registry=${registry.address}`, `--cache=${join(folder, 'cache')}`];
  const beside = names.flatMap((name) => namedBeside(shortName(name)));
  await install(join(folder, 'everything'), [...names, ...beside], settings).finally(registry.close);
  rmSync(join(folder, 'everything'), { recursive: true });
  const cutOff = await canCutOff();
  const checked = await inPairs(names, (name) => checkAlone(join(folder, shortName(name)), name, settings, cutOff));
  return { checked, substituted, cutOff };
}

async function install(folder: string, names: readonly string[], settings: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await npm(['install', ...names, '--ignore-scripts', '--no-audit', '--no-fund', ...settings], folder);
}

async function checkAlone(
  folder: string,
  name: string,
  settings: readonly string[],
  cutOff: boolean,
): Promise<Checked> {
  await install(folder, [name], [...settings, '--offline']);
  const modules = join(folder, 'node_modules');
  const packages = packagesIn(modules);
  const size = sizeOf(modules);
  const scripts = packages.flatMap((each) =>
    installScripts(each).map((script) => `${name} brings ${relative(modules, each)}, which has ${script}`),
  );
  const beside = namedBeside(shortName(name));
  if (beside.length > 0) await install(folder, [name, ...beside], [...settings, '--offline']);
  const examples = await runExamples(shortName(name), folder, cutOff);
  rmSync(folder, { recursive: true });
  const failed = examples
    .filter(({ wrong }) => wrong !== '')
    .map(({ place, wrong }) => `${place} fails\n${wrong.trim()}`);
  return { name, packages: packages.length, size, examples: examples.length, problems: [...scripts, ...failed] };
}

/** Takes one after the other, beside another that does so too. */
async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
