import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { parseYaml } from './yaml.ts';

/** A scheme of two letters or more, so that drive letters are none. */
const URL_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

const modulePath = z
  .string()
  .min(1, { error: 'must not be empty' })
  .refine((path) => !URL_SCHEME.test(path), {
    error: 'must be a path of a file, not a URL: code is never fetched',
  });

/**
 * Modules run as part of the controller. That is why they stand in the settings file only: whoever can set a variable or
 * a flag of a process must not be able to bring code into it.
 */
export const modulesSchema = z
  .array(modulePath)
  .describe('Modules with discovery backends of others: paths of JavaScript files, run by the controller.')
  .prefault([]);

/**
 * The modules that a settings file names, before the rest of it is checked: what the checks of `discovery` know depends
 * on them.
 *
 * @param text - the file's text
 * @param file - its path: relative paths of modules start from its directory
 * @returns the place of each with its absolute path; none where the file or the list has a mistake, which
 *   `parseSettings` then reports
 */
export function listModules(
  text: string,
  file: string,
  cwd: string = process.cwd(),
): readonly { readonly place: string; readonly path: string }[] {
  const parsed = parseYaml(text, file);
  const value: unknown = parsed.ok ? parsed.value : undefined;
  if (typeof value !== 'object' || value === null || !('modules' in value)) return [];
  const modules = modulesSchema.safeParse(value.modules);
  const directory = dirname(resolve(cwd, file));
  return (modules.success ? modules.data : []).map((path, index) => ({
    place: `modules[${index}]`,
    path: resolve(directory, path),
  }));
}
