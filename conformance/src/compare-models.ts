import { nodeRuntime } from '@unbraid/graph/node';
import { type Comparison, compareModel, modelsIn } from './real-models.ts';

process.exitCode = await main(process.argv.slice(2));

const HELP = `usage: npm run models -w @unbraid/onnx -- FOLDER [NAME …]
  compares imported models with ONNX Runtime on their files and with PyTorch's gradients;
  python/models/real_models.py makes the folder (python/models/requirements.txt says what it needs)`;

/** Compares models; 0 all are near enough, 1 some aren't, 2 bad usage. */
async function main([folder, ...names]: readonly string[]): Promise<number> {
  const found = folder === undefined ? [] : modelsIn(folder);
  const chosen = names.length > 0 ? names : found;
  if (folder === undefined || chosen.length === 0 || chosen.some((name) => !found.includes(name))) {
    console.error(HELP);
    return 2;
  }
  const runtime = nodeRuntime();
  let far = 0;
  for (const name of chosen) {
    const comparison = await compareModel(folder, name, runtime);
    console.log(line(comparison));
    if (!isNear(comparison)) far++;
  }
  console.log(far === 0 ? 'all are near enough' : `${far} of ${chosen.length} are too far`);
  return far === 0 ? 0 : 1;
}

/** Outputs to 1e-5, gradients to 1e-3 of the largest entry. */
function isNear({ outputs, roundTrip, gradient }: Comparison): boolean {
  const near = gradient === undefined || (gradient.compared > 0 && gradient.error <= 1e-3);
  return near && outputs <= 1e-5 && roundTrip <= 1e-5;
}

function line({ name, parameters, importSeconds, outputs, roundTrip, gradient }: Comparison): string {
  const gradients = gradient
    ? `gradients ${gradient.error.toExponential(1)} (${gradient.compared} tensors, worst ${gradient.name})`
    : 'no gradients to compare with';
  const size = `${parameters} parameters, imported in ${importSeconds.toFixed(2)} s`;
  return `${name}: ${size}; outputs ${outputs.toExponential(1)}, after a round trip ${roundTrip.toExponential(1)}; ${gradients}`;
}
