import { type Code, SilverbackError } from '@silverback/errors';

/** One mistake in the settings. */
export interface SettingIssue {
  readonly code: Code;
  /** As in `fleets[0].adminApi.tls.caFile`; empty for the whole. */
  readonly path: string;
  /** Where the value comes from: a file, `file:line:column`, a variable or a flag. */
  readonly origin: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/** The mistake as an error, to be shown like every other. */
export function issueToError(issue: SettingIssue): SilverbackError {
  const where = issue.path === '' ? issue.origin : `${issue.origin}: ${issue.path}`;
  return new SilverbackError(issue.code, { where, message: issue.message });
}

/** A path as people write it: `fleets[0].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
