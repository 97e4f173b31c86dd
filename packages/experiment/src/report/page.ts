import type { RunConfig, RunState } from '../run/config.ts';
import type { FigureEntry, Outputs } from '../run/output-entries.ts';
import type { Summary } from '../values.ts';
import { formatDuration, formatSetting, formatValue } from './format.ts';
import { type Html, html, raw } from './html.ts';
import { reportCss } from './style.ts';
import { renderOutputTable, renderTable } from './tables.ts';

/** Everything that a report shows. */
export interface ReportContent {
  readonly config: RunConfig;
  readonly state: RunState;
  readonly summary: Summary | undefined;
  readonly outputs: Outputs;
  /** The SVG of every figure, by name. */
  readonly drawings: ReadonlyMap<string, string>;
}

/** A page that needs nothing beside itself: no script, no request, light and dark, fit to print. */
export function renderPage(content: ReportContent): string {
  const { config, outputs, drawings } = content;
  const { title, paper, description } = config.about;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} (${config.experiment}, ${config.preset})</title>
<style>${raw(reportCss)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="quiet"><code>${config.experiment}</code>, preset ${config.preset}, seed ${config.seed}. ${paper}.</p>
<p>${description}</p>
${renderStatus(content)}
</header>
${renderSummary(content)}
${outputs.figures.map((figure) => renderFigureSection(figure, drawings.get(figure.name)))}
${outputs.tables.map(renderOutputTable)}
${renderSettings(config)}
${renderRun(content)}
</main>
</body>
</html>
`;
  return page.markup;
}

function renderStatus({ state: { status, error } }: ReportContent): Html[] {
  if (status === 'done') return [];
  const what = { running: 'not ended yet', interrupted: 'been interrupted', failed: 'failed' }[status];
  const why = error === undefined ? '' : ` (${error})`;
  return [html`<p class="notice" role="status">This run has ${what}${why}: what follows is incomplete.</p>`];
}

function renderSummary({ config, summary }: ReportContent): Html[] {
  if (summary === undefined) return [];
  const rows = Object.entries(summary).map(([key, value]) => [
    html`<code>${key}</code>`,
    formatValue(value),
    config.about.summary[key] ?? '',
  ]);
  return [
    html`<section>
<h2>Summary</h2>
${renderTable({ columns: ['Result', 'Value', 'Meaning'], rows })}
</section>`,
  ];
}

function renderFigureSection({ name, caption }: FigureEntry, drawing: string | undefined): Html {
  if (drawing === undefined) return html`<p class="notice">The drawing figures/${name}.svg is missing.</p>`;
  return html`<figure id="${name}">
${raw(drawing)}<figcaption>${caption}</figcaption>
</figure>`;
}

function renderSettings({ config, about }: RunConfig): Html {
  const rows = about.settings.map(({ name, description, default: byDefault }) => [
    html`<code>${name}</code>`,
    formatSetting(config[name]),
    formatSetting(byDefault),
    description,
  ]);
  return html`<section>
<h2>Settings</h2>
${renderTable({ columns: ['Setting', 'Value', 'Default', 'Meaning'], rows })}
</section>`;
}

function renderRun({ config, state: { seconds } }: ReportContent): Html {
  const { cpu, cores, memoryGiB, os } = config.machine;
  const versions = Object.entries(config.versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    ['Started', config.started],
    ['Duration', formatDuration(seconds)],
    ['Machine', `${cpu}, ${cores} cores, ${memoryGiB} GiB of memory, ${os}`],
    ['Versions', versions.join(', ')],
  ] as const;
  return html`<section>
<h2>Run</h2>
<dl>
${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}
</dl>
<p>The same numbers again:</p>
<pre><code>${config.command}</code></pre>
</section>`;
}
