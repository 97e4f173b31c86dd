import { showShape } from '../show-shape.ts';
import type { Summary } from './summarize.ts';

const HEADER = ['', 'layer', 'output', 'parameters', 'multiply-adds'];

/** Columns of text are aligned left, those of numbers right. */
const NUMBERS_FROM = 3;

/** A table of the layers, a line each, with totals: the text for a terminal or a log. */
export function showSummary({
  input,
  inputs = { input },
  layers,
  parameters,
  trainable,
  multiplyAdds,
}: Summary): string {
  const rows = [
    HEADER,
    ...Object.entries(inputs).map(([name, shape]) => ['', name, showShape(shape), '', '']),
    ...layers.map((layer) => [
      layer.path,
      layer.name,
      showShape(layer.output),
      count(layer.parameters),
      count(layer.multiplyAdds),
    ]),
    ['', 'total', '', count(parameters), count(multiplyAdds)],
  ];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => align(cell, widths[column]!, column))
      .join('  ')
      .trimEnd(),
  );
  const fixed = parameters - trainable;
  return [...lines, ...(fixed > 0 ? [`${count(fixed)} of the parameters are not trained`] : [])].join('\n');
}

const align = (cell: string, width: number, column: number): string =>
  column < NUMBERS_FROM ? cell.padEnd(width) : cell.padStart(width);

/** With commas between thousands, whatever the machine's language. */
const count = (n: number): string => n.toLocaleString('en-US');
