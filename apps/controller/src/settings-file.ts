import { readFile } from 'node:fs/promises';
import { type CheckDiscovery, type ParsedSettings, parseSettings } from '@silverback/settings';

/** What settings are put together from. */
export interface SettingsSources {
  /** Path of the settings file, as the user wrote it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values by settings path. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly checkDiscovery: CheckDiscovery;
}

/** Reads the settings file and checks all settings. A file that can't be read is a mistake like the others. */
export async function loadSettings({ file, ...options }: SettingsSources): Promise<ParsedSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const message = `cannot be read: ${reason}`;
    return { ok: false, issues: [{ code: 'SettingsUnreadable', path: '', origin: file, message }] };
  }
  return parseSettings(text, { file, ...options });
}
