// Bundles the page and the demos into dist/page/: index.html, assets/ under hashed names, manifest.json (entry -> file) and the licences
// of what is bundled. Packages of ours are taken from their dist, as a browser would get them. Does nothing when no file that went
// into the last build has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version } from 'esbuild';

const lab = fileURLToPath(new URL('..', import.meta.url));
const root = join(lab, '../..');
const output = join(lab, 'dist/page');
/** Hashes of what the last build was made of; beside `dist`, which is published. */
const stamp = join(lab, '.page-inputs.json');
const demos = join(lab, 'src/demos');
const template = join(lab, 'src/page/index.html');

/** Workers of the demos by the names of their entries: `galu-worker` for src/demos/galu/worker.ts. */
const workers = Object.fromEntries(
  readdirSync(demos, { withFileTypes: true })
    .filter((each) => each.isDirectory() && existsSync(join(demos, each.name, 'worker.ts')))
    .map(({ name }) => [`${name}-worker`, join(demos, name, 'worker.ts')]),
);
/** What a page loads. */
const pages = { main: join(lab, 'src/page/main.tsx'), demos: join(demos, 'index.ts') };

const hash = (path) => (existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'none');

/** What decides the result beside the inputs: the entries, the bundler and this script. */
const recipe = JSON.stringify([version, hash(fileURLToPath(import.meta.url)), Object.keys({ ...workers, ...pages })]);

function upToDate() {
  if (!existsSync(stamp) || !existsSync(join(output, 'index.html'))) return false;
  const last = JSON.parse(readFileSync(stamp, 'utf8'));
  return last.recipe === recipe && Object.entries(last.inputs).every(([path, was]) => hash(join(root, path)) === was);
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  splitting: true,
  minify: true,
  metafile: true,
  outdir: output,
  entryNames: 'assets/[name]-[hash]',
  chunkNames: 'assets/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** Names of the files that entries became. */
function outputsOf({ metafile }, entries) {
  const made = Object.entries(metafile.outputs);
  return Object.fromEntries(
    Object.entries(entries).map(([name, path]) => {
      const [file, { cssBundle }] = made.find(([, { entryPoint }]) => entryPoint === relative(root, path));
      return [name, { file: basename(file), ...(cssBundle && { css: basename(cssBundle) }) }];
    }),
  );
}

/** What `UNBRAID_WORKERS` is in the demos: the file of each demo's worker, which lies beside the page's files. */
const workerFiles = (built) =>
  JSON.stringify(
    Object.fromEntries(Object.entries(built).map(([name, { file }]) => [name.replace(/-worker$/, ''), file])),
  );

/** Folder of the installed package that a file belongs to; undefined for a file of ours. */
const packageFolder = (path) => /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];

/** Name, version and text of the licence of every bundled package that isn't ours. */
function licences(inputs) {
  const found = [...new Set(inputs.flatMap((path) => packageFolder(path) ?? []))];
  const texts = found.map((folder) => {
    const { name, version: number, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file
      ? readFileSync(join(root, folder, file), 'utf8').trim()
      : 'The package holds no text of its licence.';
    return `${name} ${number} (${license})\n\n${text}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

async function bundle() {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const ofWorkers = await build({ ...shared, entryPoints: workers });
  const built = outputsOf(ofWorkers, workers);
  const define = { ...shared.define, UNBRAID_WORKERS: workerFiles(built) };
  const ofPages = await build({ ...shared, define, entryPoints: pages });
  const entries = { ...outputsOf(ofPages, pages), ...built };
  const inputs = [...new Set([ofWorkers, ofPages].flatMap(({ metafile }) => Object.keys(metafile.inputs)))];
  const { file, css } = entries.main;
  const html = readFileSync(template, 'utf8').replace('main.js', file).replace('main.css', css);
  writeFileSync(join(output, 'index.html'), html);
  const files = Object.fromEntries(Object.entries(entries).map(([name, each]) => [name, `assets/${each.file}`]));
  writeFileSync(join(output, 'manifest.json'), `${JSON.stringify(files, undefined, 2)}\n`);
  writeFileSync(join(output, 'licences.txt'), licences(inputs));
  const known = [...inputs, relative(root, template)].map((path) => [path, hash(join(root, path))]);
  writeFileSync(stamp, JSON.stringify({ recipe, inputs: Object.fromEntries(known) }));
}

if (!upToDate()) await bundle();
