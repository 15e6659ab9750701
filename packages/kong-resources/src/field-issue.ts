/** What is wrong with one field of a resource. */
export interface FieldIssue {
  /** As in `protocols[0]` or `config.limits["per minute"]`; empty for the resource as a whole. */
  readonly field: string;
  /** What is wrong and what is allowed; never holds a value of the resource, which could be a secret. */
  readonly message: string;
}

/** Writes the path of a field as people do, as in `protocols[0]`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    const name = String(key);
    if (!/^\w+$/.test(name)) return `${field}[${JSON.stringify(name)}]`;
    return field === '' ? name : `${field}.${name}`;
  }, '');
}
