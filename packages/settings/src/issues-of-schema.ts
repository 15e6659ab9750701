import type { z } from 'zod';
import { formatPath, type SettingIssue } from './issue.ts';
import { allowedKeys, settingsTree } from './json-schema.ts';
import { didYouMean } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

/** The words for what the schema finds, where the schema itself gives none. */
export function describeSchemaIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return `is required: ${nameOfType(issue.expected)}`;
    return `must be ${nameOfType(issue.expected)}, not ${describeValue(issue.input)}`;
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const given = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : '';
    return `must be one of ${allowed.join(', ')}, not ${describeValue(issue.input)}.${given}`;
  }
  return undefined;
}

function nameOfType(expected: string): string {
  return TYPE_NAMES[expected] ?? expected;
}

/** What stands there, without much of its content: nobody knows what people paste into settings. */
function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return value.length > 40 ? 'this text' : JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'this value';
}

/**
 * The mistakes that the schema found, one for each unknown key.
 *
 * @param originOf - where the value at a path comes from
 */
export function issuesOfSchema(issues: readonly Issue[], originOf: (path: string) => string): SettingIssue[] {
  const tree = settingsTree();
  return issues.flatMap((issue): SettingIssue[] => {
    if (issue.code !== 'unrecognized_keys') return [schemaIssue(issue, originOf)];
    const allowed = allowedKeys(tree, issue.path);
    return issue.keys.map((key) => {
      const path = formatPath([...issue.path, key]);
      const message = `is not a setting.${didYouMean(key, allowed)} Allowed here: ${allowed.join(', ')}`;
      return { code: 'SettingUnknown', path, origin: originOf(path), message };
    });
  });
}

function schemaIssue(issue: Issue, originOf: (path: string) => string): SettingIssue {
  const below = issue.code === 'custom' ? textOf(issue.params?.['below']) : '';
  const path = formatPath(issue.path) + (below === '' || below.startsWith('[') ? below : `.${below}`);
  const isMissing =
    (issue.code === 'invalid_type' && issue.input === undefined) ||
    (issue.code === 'custom' && issue.params?.['missing'] === true);
  return {
    code: isMissing ? 'SettingMissing' : 'SettingInvalid',
    path,
    origin: originOf(path),
    message: issue.message,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
