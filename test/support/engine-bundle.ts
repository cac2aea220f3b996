import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { World } from '../determinism/prints.ts';

/**
 * Bundles the engine with vite, as the page is bundled: one module that runs anywhere, `engine.mjs`, and beside it the
 * worlds that it shall run, `worlds.mjs`.
 * @param folder where to put them; is made when it does not exist
 */
export async function bundleEngine(folder: string, worlds: readonly World[]): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      target: 'es2023',
      rolldownOptions: {
        input: fileURLToPath(new URL('../determinism/prints.ts', import.meta.url)),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'engine.mjs' },
      },
    },
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'worlds.mjs'), `export const worlds = ${JSON.stringify(worlds)};\n`);
}
