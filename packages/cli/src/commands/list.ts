import { describeSettings, type Experiment, formatSetting } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { textTable } from '../text-table.ts';

/** `unbraid list`: every experiment, its paper, its settings with defaults. */
export async function list(io: Io, options: { readonly json?: boolean }): Promise<void> {
  const experiments = await io.registry.list();
  await io.stdout.write(options.json ? listJson(experiments) : experiments.map(listText).join('\n'));
}

function listJson(experiments: readonly Experiment[]): string {
  const described = experiments.map(({ name, title, paper, description, settings, presets, summary }) => {
    return { name, title, paper, description, settings: describeSettings(settings), presets, summary };
  });
  return `${JSON.stringify(described, null, 2)}\n`;
}

function listText({ name, title, paper, settings }: Experiment): string {
  const rows = describeSettings(settings).map((setting) => [
    `  ${setting.name}`,
    formatSetting(setting.default),
    setting.type,
    setting.description,
  ]);
  return `${name}: ${title} (${paper})\n${textTable([['  setting', 'default', 'type', 'meaning'], ...rows])}`;
}
