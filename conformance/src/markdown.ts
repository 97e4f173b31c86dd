import type { Report } from './report.ts';

/** The report as a document: what passed, what failed, and what is none of ours, operator by operator. */
export function markdown(
  { passed, failed, notApplicable, reasons, byOperator, knownInputs }: Report,
  version: string,
): string {
  const all = Object.entries(byOperator);
  const whole = all.filter(([, count]) => count.passed > 0 && count.failed === 0 && count.notApplicable === 0);
  const none = all.filter(([, count]) => count.passed === 0 && count.failed === 0);
  const mixed = all.filter((each) => !whole.includes(each) && !none.includes(each));
  const share = ((100 * passed) / (passed + failed)).toFixed(1);
  return [
    `Of the ${passed + failed + notApplicable} tests of onnx ${version}, ${passed + failed} apply: ${passed} pass (${share} %), ${failed} fail.`,
    `In ${knownInputs.no ?? 0} of those that pass every input stays open; in the others shapes, axes, indices or bounds are known when the graph is built, as`,
    'exporters write them.',
    '',
    '| not applicable | tests |',
    '| --- | ---: |',
    ...Object.entries(reasons).map(([reason, count]) => `| ${reason} | ${count} |`),
    '',
    '| operator | passed | failed | not applicable |',
    '| --- | ---: | ---: | ---: |',
    ...mixed.map(([name, count]) => `| ${name} | ${count.passed} | ${count.failed} | ${count.notApplicable} |`),
    '',
    `All tests pass of: ${whole.map(([name, count]) => `${name} ${count.passed}`).join(', ')}.`,
    '',
    `No test applies of: ${none.map(([name, count]) => `${name} ${count.notApplicable}`).join(', ')}.`,
  ].join('\n');
}
