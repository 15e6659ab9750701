import type { CodeTable } from '../definition.ts';

export const settingsCodes = {
  SettingsUnreadable: {
    kind: 'error',
    summary: 'The settings file could not be read.',
    advice: 'Check the path and the permissions of the settings file.',
  },
  SettingsSyntax: {
    kind: 'error',
    summary: 'The settings file is not valid YAML.',
    advice: 'Mend the YAML at the place named.',
  },
  SettingMissing: {
    kind: 'error',
    summary: 'A setting that has no default is not given.',
    advice: 'Add the setting.',
  },
  SettingUnknown: {
    kind: 'error',
    summary:
      'A setting or an environment variable that starts with SILVERBACK_ has a name that is not known.',
    advice: 'Correct the name or remove it.',
  },
  SettingInvalid: {
    kind: 'error',
    summary: 'A setting has a value that is not allowed.',
    advice: 'Correct the value.',
  },
} as const satisfies CodeTable;
