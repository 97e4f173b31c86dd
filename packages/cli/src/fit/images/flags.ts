import { resolve } from 'node:path';
import { type Experiment, settingsFromText, UsageError } from '@unbraid/experiment';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { FitFlags } from '../method.ts';

/** Arguments and options of `fit dynamic-vae`. */
export function imagesGrammar(command: Command): void {
  command
    .argument('<folder>', 'a folder of PNG and JPEG images, with its subfolders')
    .option('--size <pixels>', 'side that images are brought to: 16, 32, 64 (default), 128 or 256')
    .option(
      '--fit <how>',
      'images that are no squares: resize (default, squeezes), pad (keeps the shape, enlarges nothing) or crop',
    )
    .option('--channels <which>', 'grey, colour or auto (default: grey where no image has a colour)')
    .option('--background <level>', 'grey level behind transparent images, 0 (black) to 1 (default: 1)')
    .option('--limit <n>', 'at most so many images, the first by name')
    .option('--skip-unreadable', 'leave out files that are no readable images, instead of refusing')
    .option('--latents <n>', 'latent variables (default: 10)')
    .option('--kl <nats>', 'how much the latents are to tell of an image: the last set point (default: 13)')
    .option('--steps <n>', 'training steps (default: 5000)')
    .option('--epochs <n>', 'how often each image is learned from, instead of --steps');
}

/** Settings that an option gives, and `--set` doesn't, by the option's name. */
const OWN = [
  'size',
  'fit',
  'channels',
  'background',
  'limit',
  'skipUnreadable',
  'latents',
  'kl',
  'steps',
  'epochs',
] as const;
const TAKEN: readonly string[] = [...OWN, 'folder', 'folderSha256'];

/**
 * The settings that flags give.
 * @throws {UsageError} for what can't be read
 */
export function imageOverrides<S extends z.ZodObject>(
  experiment: Experiment<S>,
  folder: string,
  flags: FitFlags,
): Record<string, unknown> {
  const plain = experiment as unknown as Experiment;
  const set = settingsFromText(plain, flags.set);
  const taken = Object.keys(set).find((key) => TAKEN.includes(key));
  if (taken !== undefined)
    throw new UsageError(`${experiment.name}: --set ${taken}: this setting has an option or argument of its own`);
  if (flags.steps !== undefined && flags.epochs !== undefined)
    throw new UsageError(`${experiment.name}: --steps and --epochs both say how long to train; give one`);
  const given = OWN.flatMap((key) => (flags[key] === undefined ? [] : [`${key}=${flags[key]}`]));
  return { ...set, ...settingsFromText(plain, given), folder: resolve(folder) };
}

/** The words that give the same settings again. */
export function imageWords(folder: string, flags: FitFlags): string[] {
  return [
    ...['fit', 'dynamic-vae', folder],
    ...OWN.flatMap((key) => {
      const word = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return flags[key] === undefined ? [] : flags[key] === true ? [word] : [word, String(flags[key])];
    }),
  ];
}
