import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const guide = new URL('../../../docs/from-your-model-to-a-trained-agent.md', import.meta.url);
// Inside this package, so that its name resolves to what is built of it.
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

it('has a guide whose code, run as it stands, trains an agent that beats the rule', () => {
  const blocks = [...readFileSync(guide, 'utf8').matchAll(/```js[^\n]*\n(.*?)```/gs)].map(([, code]) => code!);
  const [model, environment, ...steps] = blocks;
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, 'guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'bakery.js'), model!);
  writeFileSync(join(folder, 'environment.js'), environment!);
  writeFileSync(join(folder, 'main.js'), steps.join('\n'));
  const output = execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
  const [rule, agent] = [...output.matchAll(/return: (\d+)/g)].map(([, value]) => Number(value));
  expect(rule).toBeGreaterThan(0);
  expect(agent).toBeGreaterThan(rule!);
});
