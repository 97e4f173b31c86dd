import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type RunContext, RunError, UsageError } from '@unbraid/experiment';
import { z } from 'zod';
import { hashOf } from '../hash.ts';
import { shortPath } from '../short-path.ts';

/** What a model was learned from, and reads. */
const dataKinds = ['table', 'graph', 'images'] as const;
export type DataKind = (typeof dataKinds)[number];

/** The file of a run directory, below `artifacts/`, that says what its model is. It is written last. */
export const MANIFEST = 'model.json';

const manifestSchema = z.looseObject({
  format: z.literal('unbraid-model'),
  version: z.literal(1),
  /** `galu` */
  method: z.string().regex(/^[a-z0-9-]+$/),
  data: z.enum(dataKinds),
  /** SHA-256 of each of the model's other files, by name. */
  files: z.record(z.string().regex(/^\w[\w.-]{0,99}$/), z.string()),
  /** SHA-256 of all else that it says. */
  checksum: z.string(),
});

/** What every manifest says; each kind of data says more, beside it, by a schema of its own. */
export type Manifest = z.output<typeof manifestSchema>;

/** A model that `unbraid fit` saved. */
export interface ModelDirectory {
  /** As the user named it. */
  readonly directory: string;
  readonly manifest: Manifest;
  /**
   * The bytes of one of the model's files.
   * @throws {RunError} where it is gone, or not what was saved
   */
  read(name: string): Promise<Uint8Array>;
  /**
   * What the manifest says, by the schema of a kind of data.
   * @throws {RunError} where it is damaged or from another version
   */
  parse<T>(schema: z.ZodType<T>): T;
}

/** Of a manifest without its checksum. */
const checksumOf = (said: object): string => hashOf(new TextEncoder().encode(JSON.stringify(said)));

/**
 * Puts a model's files and its manifest into a run's artifacts.
 * @param about what the manifest says beside its format and files: `method`, `data`, and more
 */
export async function saveModelDirectory(
  context: Pick<RunContext<unknown>, 'artifact'>,
  about: Pick<Manifest, 'method' | 'data'> & Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await context.artifact(name, bytes);
  const hashes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, hashOf(bytes)]));
  const manifest = { format: 'unbraid-model', version: 1, ...about, files: hashes };
  const whole = { ...manifest, checksum: checksumOf(manifest) };
  await context.artifact(MANIFEST, new TextEncoder().encode(`${JSON.stringify(whole, null, 2)}\n`));
}

/**
 * Opens the model of a run directory, or of a copy of its `artifacts` folder.
 * @throws {UsageError} where there is none
 * @throws {RunError} where it is damaged or of another version
 */
export async function openModelDirectory(directory: string): Promise<ModelDirectory> {
  const folder = [join(directory, 'artifacts'), directory].find((path) => existsSync(join(path, MANIFEST)));
  if (folder === undefined) throw new UsageError(missing(directory));
  const path = join(folder, MANIFEST);
  const said = await readManifest(path);
  const parse = <T>(schema: z.ZodType<T>): T => {
    const { success, data, error } = schema.safeParse(said);
    if (success) return data;
    throw new RunError(
      `model: ${path} is damaged or from another version (at ${error.issues[0]?.path.join('.') || 'its top'}); fit the model again`,
    );
  };
  const manifest = parse(manifestSchema);
  const { checksum, ...rest } = said as Manifest;
  if (checksumOf(rest) !== checksum)
    throw new RunError(`model: ${path} was changed since it was saved; fit the model again`);
  return {
    directory,
    manifest,
    parse,
    async read(name) {
      const file = join(folder, name);
      const expected = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
      if (expected === undefined) throw new RunError(`model: ${path} lists no file ${name}; fit the model again`);
      const bytes = await readFile(file).catch((error) => {
        throw new RunError(`model: cannot read ${file}: ${messageOf(error)}; fit the model again`, { cause: error });
      });
      if (hashOf(bytes) !== expected)
        throw new RunError(`model: ${file} is not the file that was saved with ${MANIFEST}; fit the model again`);
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}

function missing(directory: string): string {
  if (!existsSync(directory)) return `model: there is no folder ${directory}`;
  if (existsSync(join(directory, 'config.json')))
    return `model: the run in ${directory} has saved no model yet; go on with: unbraid resume ${shortPath(directory)}`;
  return `model: ${directory} holds no model: it has no artifacts/${MANIFEST}; \`unbraid fit\` makes such a folder`;
}

async function readManifest(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new RunError(`model: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
