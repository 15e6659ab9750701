import { fieldPath, type FieldIssue } from './field-issue.ts';

/** Far deeper than the configuration of any plugin, and well within what Kong can read inside a whole configuration. */
const MAX_DEPTH = 48;

/** Beyond this, different readers of JSON make different integers of the same digits. */
const MAX_INTEGER = 2 ** 53;

/** What JSON could not carry to Kong as it stands, in the order of the fields. It goes no deeper than it allows. */
export function portabilityIssues(body: Readonly<Record<string, unknown>>): FieldIssue[] {
  const issues: FieldIssue[] = [];
  walk(body, [], issues);
  return issues;
}

function walk(value: unknown, path: readonly PropertyKey[], issues: FieldIssue[]): void {
  if (Number.isInteger(value) && Math.abs(value as number) > MAX_INTEGER) {
    issues.push({ field: fieldPath(path), message: 'must be an integer within 2^53, or text' });
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length > MAX_DEPTH) {
    issues.push({
      field: fieldPath(path.slice(0, 1)),
      message: `must not be nested deeper than ${MAX_DEPTH} levels`,
    });
    return;
  }
  if (Array.isArray(value))
    value.forEach((entry, index) => {
      walk(entry, [...path, index], issues);
    });
  else for (const [key, entry] of Object.entries(value)) walk(entry, [...path, key], issues);
}
