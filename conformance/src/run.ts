import { parseArgs } from 'node:util';
import type { Runtime } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { type Case, openSuite, type Suite } from './cases.ts';
import { checkGradients } from './gradients.ts';
import { markdown } from './markdown.ts';
import { type Outcome, report, reportGradients } from './report.ts';
import { build, compare } from './run-case.ts';
import { outOfScope } from './scope.ts';

process.exitCode = await main(process.argv.slice(2));

/** Runs the tests; 0 all passed, 1 some failed, 2 bad usage or no tests. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      gradients: { type: 'boolean', default: false },
      failures: { type: 'boolean', default: false },
    },
  });
  const suite = openSuite();
  if (typeof suite === 'string') {
    console.error(suite);
    return 2;
  }
  const chosen = suite.cases.filter(({ name, operators }) =>
    positionals.length === 0 ? true : positionals.some((word) => operators.includes(word) || name === word),
  );
  const runtime = nodeRuntime({ threads: 1 });
  const outcomes: Outcome[] = [];
  for (const each of chosen) outcomes.push(await outcomeOf(suite, each, runtime, values.gradients));
  if (values.json) console.log(JSON.stringify(report(outcomes)));
  else if (values.markdown) console.log(markdown(report(outcomes), suite.onnx));
  else console.log(readable(outcomes, values));
  return outcomes.some(({ failure, gradient }) => failure ?? gradient?.fault) ? 1 : 0;
}

async function outcomeOf(suite: Suite, each: Case, runtime: Runtime, gradients: boolean): Promise<Outcome> {
  const reason = outOfScope(each);
  if (reason !== undefined) return { each, reason };
  let binding: Outcome['binding'];
  try {
    let gradient: Outcome['gradient'];
    for (const set of each.sets) {
      const built = await build(suite, each, set);
      binding = built.binding;
      const failure = await compare(suite, each, set, built, runtime);
      if (failure !== undefined) return { each, binding, failure };
      if (gradients && each.kind !== 'real') gradient = gradientOf(built);
    }
    return { each, binding, gradient };
  } catch (error) {
    return { each, binding, failure: error instanceof Error ? error.message : String(error) };
  }
}

function gradientOf(built: Awaited<ReturnType<typeof build>>): Outcome['gradient'] {
  try {
    const fault = checkGradients(built, 1);
    return fault === 'none' ? undefined : { fault };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function readable(
  outcomes: readonly Outcome[],
  { failures, gradients }: { failures: boolean; gradients: boolean },
): string {
  const { passed, failed, notApplicable, reasons, byOperator } = report(outcomes);
  const rows = Object.entries(byOperator).map(
    ([name, { passed: yes, failed: no, notApplicable: out }]) =>
      `${name.padEnd(36)} ${String(yes).padStart(6)} ${String(no).padStart(6)} ${String(out).padStart(6)}`,
  );
  return [
    `${'operator'.padEnd(36)} passed failed not applicable`,
    ...rows,
    `${passed} passed, ${failed} failed, ${notApplicable} not applicable:`,
    ...Object.entries(reasons).map(([reason, count]) => `  ${count} ${reason}`),
    ...(gradients ? [reportGradients(outcomes)] : []),
    ...(failures
      ? outcomes.flatMap(({ each, failure, gradient }) => {
          const fault = failure ?? (gradient?.fault && `derivative: ${gradient.fault}`);
          return fault === undefined ? [] : [`${each.kind} ${each.name}: ${fault.split('\n')[0]}`];
        })
      : []),
  ].join('\n');
}
