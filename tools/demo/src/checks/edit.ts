import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../stage.ts';

/**
 * Replaces a text in one of the manifests, as a person would with an editor.
 *
 * @returns the moment of the save, on the clock of `performance.now()`
 * @throws Error if the file doesn't hold the text
 */
export function editManifest(stage: Stage, file: string, from: string, to: string): number {
  const path = join(stage.layout.manifests, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return performance.now();
}

/** Adds a manifest file. */
export function addManifest(stage: Stage, file: string, text: string): void {
  writeFileSync(join(stage.layout.manifests, file), text);
}

/** Removes a manifest file. */
export function removeManifest(stage: Stage, file: string): void {
  rmSync(join(stage.layout.manifests, file));
}
