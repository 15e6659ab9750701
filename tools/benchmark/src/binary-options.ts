import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The binary whose way of running is measured. */
const BINARY = createRequire(import.meta.url).resolve('@silverback/controller/bin/silverback.mjs');

/** The options of Node that the controller's binary runs with: they stand in its first line. */
export function binaryOptions(): string[] {
  return optionsIn(readFileSync(BINARY, 'utf8'));
}

/**
 * The options of Node in the first line of a script.
 *
 * @throws Error if that line does not start Node
 */
export function optionsIn(script: string): string[] {
  const line = /^#!\/usr\/bin\/env (?:-S )?node(?<options>(?: --[\w-]+(?:=\S+)?)*)$/m.exec(
    script.split('\n', 1)[0] ?? '',
  );
  if (!line) throw new Error('the first line of the binary does not start node');
  return (line.groups?.['options'] ?? '').split(' ').filter(Boolean);
}
