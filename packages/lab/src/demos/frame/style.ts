import { colours } from '../colours.ts';

/** A colour as it is on a light and on a dark ground. The page decides by its `color-scheme`; a page without one is light. */
const both = (name: Exclude<keyof typeof colours.light, 'series'>) =>
  `light-dark(${colours.light[name]}, ${colours.dark[name]})`;
const series = colours.light.series.map(
  (light, i) => `--series-${i + 1}: light-dark(${light}, ${colours.dark.series[i]});`,
);

/** The look of all demos: that of reports. Elements have it in their shadow, where the page's own styles don't reach. */
export const demoCss = `
:host { display: block; container-type: inline-size; }
:host([hidden]) { display: none; }
article {
  --ground: ${both('ground')}; --ink: ${both('ink')}; --quiet: ${both('quiet')}; --line: ${both('line')}; --soft: ${both('soft')};
  ${series.join(' ')}
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
*, *::before, *::after { box-sizing: border-box; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .35rem; }
h3 { font-size: 1rem; line-height: 1.3; margin: 0 0 .35rem; }
p { margin: .35rem 0; max-width: 46rem; }
a { color: var(--series-1); }
article > p > a { white-space: nowrap; }
.quiet, figcaption { color: var(--quiet); font-size: .9rem; }
figcaption { max-width: 40rem; }
.body { display: grid; gap: 1.25rem; margin-top: 1rem; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 54rem) { .body { grid-template-columns: 16rem minmax(0, 1fr); } }
.controls { display: grid; gap: .8rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 34rem) and (max-width: 53.99rem) { .controls { grid-template-columns: 1fr 1fr; } }
fieldset { border: none; margin: 0; padding: 0; min-width: 0; }
label, legend { font-weight: 600; font-size: .92rem; padding: 0; }
.control { display: grid; gap: .2rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.control .row { display: flex; gap: .6rem; align-items: center; }
.control output { font-variant-numeric: tabular-nums; min-width: 3.2rem; text-align: right; }
.help { color: var(--quiet); font-size: .85rem; line-height: 1.35; margin: 0; }
input[type=range] { flex: 1; min-width: 0; width: 100%; accent-color: var(--series-1); height: 1.6rem; margin: 0; }
input[type=checkbox], input[type=radio] { accent-color: var(--series-1); width: 1.1rem; height: 1.1rem; margin: 0; flex: none; }
label.check { display: flex; gap: .5rem; align-items: center; font-weight: 400; min-height: 1.6rem; }
select, input[type=number], button {
  font: inherit; font-size: .92rem; color: var(--ink); background: var(--ground); border: 1px solid var(--quiet); border-radius: 4px;
  padding: .3rem .6rem; min-height: 2.1rem; max-width: 100%;
}
input[type=number] { width: 6rem; }
button { cursor: pointer; }
button:hover:not(:disabled, [aria-pressed=true]) { background: var(--soft); }
button[aria-pressed=true] { background: var(--ink); color: var(--ground); border-color: var(--ink); }
button:disabled { opacity: .55; cursor: default; }
:is(a, button, select, input, summary, [tabindex]):focus-visible { outline: 3px solid var(--series-1); outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.pictures { min-width: 0; }
.pair { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); margin-bottom: 1.25rem; }
@container (min-width: 40rem) { .pair { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); } }
figure { margin: 0; min-width: 0; }
svg, canvas { display: block; max-width: 100%; }
svg.chart { width: 100%; max-width: 34rem; height: auto; }
svg text { fill: var(--ink); font-size: 12px; font-family: inherit; }
svg text.quiet { fill: var(--quiet); font-size: 12px; }
svg .axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
svg .grid { stroke: var(--line); stroke-width: 1; fill: none; }
svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
canvas.pixels { image-rendering: pixelated; width: 100%; border: 1px solid var(--line); }
.status { min-height: 1.5rem; font-size: .92rem; color: var(--quiet); margin: 0 0 .5rem; }
.status.error { color: var(--ink); border-left: 4px solid var(--series-2); background: var(--soft); padding: .5rem .8rem; overflow-wrap: anywhere; }
progress { width: 7rem; height: .6rem; vertical-align: middle; accent-color: var(--series-1); }
dl.readouts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem 1.25rem; margin: 0 0 1rem; }
dl.readouts dt { color: var(--quiet); font-size: .85rem; line-height: 1.3; }
dl.readouts dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
dl.readouts dd small { color: var(--quiet); font-size: .85rem; }
.scroll { overflow-x: auto; margin-bottom: 1rem; }
table { border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .3rem; }
th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums; }
th.number, td.number { text-align: right; }
details { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: .75rem; }
summary { cursor: pointer; font-weight: 600; }
pre { background: var(--soft); padding: .75rem 1rem; margin: .6rem 0; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86rem; }
.key { display: inline-flex; gap: .35rem; align-items: center; margin-right: 1rem; }
.key svg { flex: none; }
ul.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
ul.cards li { border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
ul.cards svg { width: 10rem; }
ul.cards h2 { font-size: 1.1rem; margin-top: .6rem; }
ul.cards p { font-size: .95rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) { svg .curve { forced-color-adjust: none; } canvas { forced-color-adjust: none; } }
`;
