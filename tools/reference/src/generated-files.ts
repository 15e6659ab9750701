import { definitionFiles } from './definition-files.ts';
import { errorReference } from './error-reference.ts';
import { metricsReference } from './metrics-reference.ts';
import { settingsReference } from './settings-reference.ts';

/** What is generated, by its path from the top of the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/errors.md', errorReference()],
    ['docs/reference/metrics.md', metricsReference()],
    ['docs/reference/settings.md', settingsReference()],
    ...[...definitionFiles()].map(([name, content]) => [`deploy/crds/${name}`, content] as const),
  ]);
}
