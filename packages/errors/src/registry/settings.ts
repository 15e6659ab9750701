import type { CodeTable } from '../definition.ts';

export const settingsCodes = {
  SettingsUnreadable: {
    kind: 'error',
    summary: 'The settings file could not be read.',
    advice: 'check the path and the permissions of the settings file',
  },
  SettingsSyntax: {
    kind: 'error',
    summary: 'The settings file is not valid YAML.',
    advice: 'mend the YAML at the place named',
  },
  SettingMissing: {
    kind: 'error',
    summary: 'A setting that has no default is not given.',
    advice: 'add the setting',
  },
  SettingUnknown: {
    kind: 'error',
    summary: 'A setting or an environment variable that starts with SILVERBACK_ has a name that is not known.',
    advice: 'correct the name or remove it',
  },
  SettingInvalid: {
    kind: 'error',
    summary: 'A setting has a value that is not allowed.',
    advice: 'correct the value',
  },
} as const satisfies CodeTable;
