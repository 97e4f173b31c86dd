import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The Chromium that is driven. */
export const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';

/** A headless Chromium of its own; undefined where there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  if (!existsSync(chromiumPath)) return undefined;
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}
