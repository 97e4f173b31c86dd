import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where systems put it. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** The browser of `CHROMIUM`, or one that is installed; undefined where there is none. @throws Error where `CHROMIUM` names no file */
export function findChromium(given = process.env.CHROMIUM): string | undefined {
  if (given === undefined || given === '') return places.find((path) => existsSync(path));
  if (existsSync(given)) return given;
  throw new Error(
    `bundles: CHROMIUM is ${given}, where there is no file; give the path of a Chromium, or leave it unset`,
  );
}

/** Its sandbox is refused to root, as which containers run; the pages are ours. */
export const startChromium = (executablePath: string, more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', ...more] });

/** With WebGPU by a driver that computes on the CPU, where Chromium has one and the machine no GPU. */
export const WEBGPU = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'];
