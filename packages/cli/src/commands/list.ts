import { unknownName } from '@unbraid/checks';
import { describeSettings, type Experiment, formatSetting, UsageError, withoutBackticks } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { textTable } from '../text-table.ts';

/**
 * `unbraid list [NAME]`: every experiment in a line; of a system, `galu`, or an experiment, `galu/memorize`, what can be set.
 * @throws UsageError for a name that is neither, with the nearest ones
 */
export async function list(io: Io, name: string | undefined, options: { readonly json?: boolean }): Promise<void> {
  const all = await io.registry.list();
  const chosen = name === undefined ? all : named(all, name);
  await io.stdout.write(options.json ? listJson(chosen) : listText(io, chosen, name));
}

function named(all: readonly Experiment[], name: string): readonly Experiment[] {
  const chosen = all.filter((experiment) => experiment.name === name || systemOf(experiment) === name);
  if (chosen.length > 0) return chosen;
  const names = [...new Set(all.map(systemOf)), ...all.map((experiment) => experiment.name)];
  throw new UsageError(unknownName('experiment', name, names));
}

const systemOf = ({ name }: Experiment): string => name.split('/')[0]!;

function listJson(experiments: readonly Experiment[]): string {
  const described = experiments.map(({ name, title, paper, description, settings, presets, summary }) => {
    return { name, title, paper, description, settings: describeSettings(settings), presets, summary };
  });
  return `${JSON.stringify(described, null, 2)}\n`;
}

function listText(io: Io, chosen: readonly Experiment[], name: string | undefined): string {
  const [first] = chosen;
  if (first === undefined) return '';
  if (name === undefined) return `${overview(chosen)}\n${hint(io, 'Settings, presets and results', [systemOf(first)])}`;
  if (name !== first.name)
    return `${chosen.map(settingsText).join('\n')}\n${hint(io, 'Presets and results', [first.name])}`;
  return details(first);
}

const hint = (io: Io, what: string, args: readonly string[]): string =>
  `${what}: ${commandLine(io.program, ['list', ...args])}\n`;

function overview(experiments: readonly Experiment[]): string {
  const rows = experiments.map(({ name, title, paper }) => [name, withoutBackticks(title), paper]);
  return textTable([['experiment', 'title', 'paper'], ...rows]);
}

const headingOf = ({ name, title, paper }: Experiment): string => `${name}: ${withoutBackticks(title)} (${paper})\n`;

function settingsText(experiment: Experiment): string {
  const rows = describeSettings(experiment.settings).map((setting) => [
    `  ${setting.name}`,
    formatSetting(setting.default),
    setting.type,
    withoutBackticks(setting.description),
  ]);
  return `${headingOf(experiment)}${textTable([['  setting', 'default', 'type', 'meaning'], ...rows])}`;
}

/** Everything that an experiment says of itself. */
function details(experiment: Experiment): string {
  const { description, presets, summary } = experiment;
  const settings = Object.entries(presets).map(([preset, changes]) => {
    const pairs = Object.entries(changes).map(([key, value]) => `${key}=${formatSetting(value).replaceAll(' ', '')}`);
    return [`  ${preset}`, pairs.join(' ') || 'the defaults'];
  });
  const results = Object.entries(summary).map(([key, meaning]) => [`  ${key}`, withoutBackticks(meaning)]);
  return [
    settingsText(experiment),
    `${withoutBackticks(description)}\n`,
    textTable([['  preset', 'sets'], ...settings]),
    textTable([['  result', 'meaning'], ...results]),
  ].join('\n');
}
