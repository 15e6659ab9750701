import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { listModules, parseSettings, type SettingIssue, type Settings } from '@silverback/settings';
import { type DiscoveryBackends, discoveryCheck, loadBackends } from './discovery-backends.ts';

/** What settings are put together from. */
export interface SettingsSources {
  /** Path of the settings file, as the user wrote it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values by settings path. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
}

export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly backends: DiscoveryBackends }
  | { readonly ok: false; readonly issues: readonly SettingIssue[] };

/** Reads the settings file and checks all settings. A file that can't be read is a mistake like the others. */
export async function loadSettings({ file, ...options }: SettingsSources): Promise<LoadedSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const message = `cannot be read: ${reason}`;
    return { ok: false, issues: [{ code: 'SettingsUnreadable', path: '', origin: file, message }] };
  }
  const { registry, issues } = await loadBackends(listModules(text, file), file);
  const backends = { registry, directory: dirname(resolve(file)) };
  const parsed = parseSettings(text, { file, ...options, checkDiscovery: discoveryCheck(backends) });
  const all = [...issues, ...(parsed.ok ? [] : parsed.issues)];
  return parsed.ok && all.length === 0 ? { ...parsed, backends } : { ok: false, issues: all };
}
