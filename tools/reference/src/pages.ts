import { errorReference } from './error-reference.ts';
import { settingsReference } from './settings-reference.ts';

/** The generated pages by their paths below `docs/reference`. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['errors.md', errorReference()],
    ['settings.md', settingsReference()],
  ]);
}
