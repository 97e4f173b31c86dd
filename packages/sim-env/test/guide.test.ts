import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const docs = new URL('../../../docs/', import.meta.url);
// Inside this package, so that its name resolves to what is built of it.
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** What a guide's blocks of JavaScript print: those that name a file are files beside the others, which are one program after another. */
function outputOf(guide: string): string {
  const text = readFileSync(new URL(guide, docs), 'utf8');
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, 'guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const steps: string[] = [];
  for (const [, words, code] of text.matchAll(/```js([^\n]*)\n(.*?)```/gs)) {
    const file = /file=([\w.-]+)/.exec(words!)?.[1];
    if (file === undefined) steps.push(code!);
    else writeFileSync(join(folder, file), code!);
  }
  writeFileSync(join(folder, 'main.js'), steps.join('\n'));
  return execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
}

it('has a guide whose code, run as it stands, trains an agent that beats the rule', () => {
  const output = outputOf('from-your-model-to-a-trained-agent.md');
  const [rule, agent] = [...output.matchAll(/return: (\d+)/g)].map(([, value]) => Number(value));
  expect(rule).toBeGreaterThan(0);
  expect(agent).toBeGreaterThan(rule!);
});

it('has a guide to several agents, whose two learners earn more against each other than by the rule', () => {
  const output = outputOf('guides/sim-env.md');
  const [rule, learnt] = ['by the rule', 'by what is learnt'].map((name) =>
    Number(new RegExp(`${name}: ([\\d.]+)`).exec(output)?.[1]),
  );
  expect(rule).toBeGreaterThan(0);
  expect(learnt).toBeGreaterThan(1.2 * rule!);
});
