import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { RunError } from '@unbraid/experiment';

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // The empty word is the window's title, which `start` would otherwise take from the path.
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Shows a file, or an address of the web, in the program that the desktop has for it.
 * @throws where there is no desktop that could.
 */
export function openFile(path: string): Promise<void> {
  const [program, ...words] = openers[process.platform] ?? ['xdg-open'];
  return new Promise((done, failed) => {
    const target = /^https?:/.test(path) ? path : resolve(path);
    const child = spawn(program, [...words, target], { stdio: 'ignore', detached: true });
    child.once('error', () =>
      failed(new RunError(`cannot open ${path}: there is no ${program} here; open it by hand`)),
    );
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}
