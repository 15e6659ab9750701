import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../stage.ts';

/**
 * Replaces a text in one of the manifests, as a person would with an editor; where there is a cluster, applies it too.
 *
 * @returns the moment of the save, on the clock of `performance.now()`
 * @throws Error if the file doesn't hold the text
 */
export async function editManifest(stage: Stage, file: string, from: string, to: string): Promise<number> {
  const path = join(stage.layout.manifests, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
  const edited = text.replace(from, () => to);
  writeFileSync(path, edited);
  const saved = performance.now();
  await stage.cluster?.apply(edited);
  return saved;
}

/** Adds a manifest file. */
export async function addManifest(stage: Stage, file: string, text: string): Promise<void> {
  writeFileSync(join(stage.layout.manifests, file), text);
  await stage.cluster?.apply(text);
}

/** Removes a manifest file, and what it describes. */
export async function removeManifest(stage: Stage, file: string): Promise<void> {
  const path = join(stage.layout.manifests, file);
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  await stage.cluster?.remove(text);
}
