import { dark, light } from '../figures/palette.ts';
import { figureFont } from '../figures/style.ts';

export const reportCss = `
:root { --ground: ${light.ground}; --ink: ${light.ink}; --quiet: #57606a; --line: #d8dee4; --soft: #f4f6f8; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ground: ${dark.ground}; --ink: ${dark.ink}; --quiet: #9aa4af; --line: #343a43; --soft: #1f232a; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 ${figureFont}; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p { margin: .5rem 0; max-width: 46rem; }
.quiet, figcaption, .caption { color: var(--quiet); }
.notice { border-left: 4px solid #cc7200; background: var(--soft); padding: .6rem 1rem; }
figure { margin: 1.5rem 0; }
figure svg { display: block; }
figure .narrow { display: none; width: 100%; max-width: 30rem; }
figcaption { margin-top: .25rem; max-width: 46rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
.caption { font-size: .94rem; margin-bottom: .75rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; max-width: 8rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody th { font-weight: 600; }
.meanings.of4 td:nth-child(2) { min-width: 8rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; font-size: .94rem; }
dt { font-weight: 600; }
dd { margin: 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
pre { background: var(--soft); padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 4px; }
@media screen and (max-width: 37.5rem) {
  main { padding: 1.25rem 1.25rem 3rem; }
  table { width: max-content; min-width: 100%; }
  th, td { max-width: 15rem; }
  .meanings, .meanings tbody, .meanings thead { display: block; width: auto; }
  .meanings tr { display: grid; grid-template-columns: minmax(0, 1fr) 5.5rem 5.5rem; column-gap: .75rem; border-bottom: 1px solid var(--line); }
  .meanings.of3 tr { grid-template-columns: minmax(0, 1fr) max-content; }
  .meanings.of4 td:nth-child(2) { min-width: 0; }
  .meanings :is(th, td) { border: none; padding-right: 0; max-width: none; overflow-wrap: anywhere; }
  .meanings :is(th, td):last-child { grid-column: 1 / -1; }
  .meanings td:last-child { padding-top: 0; }
  .meanings thead th:last-child { display: none; }
  figure.both > svg { display: none; }
  figure.both > svg.narrow { display: block; }
}
@media print {
  main { max-width: none; padding: 0; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
