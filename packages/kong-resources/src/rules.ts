import type { z } from 'zod';

/** A rule between fields, for the API server as for whoever validates here. */
export interface Rule<T> {
  /** The rule in CEL, where `self` is the object that has the rule, and `oldSelf` what it was before an update. */
  readonly cel: string;
  /** The field that breaks it, below the object that has the rule. */
  readonly path: readonly string[];
  /** What is wrong; continues the name of the field. */
  readonly message: string;
  /** The same rule on a valid object; absent for rules about changes, which only an API server can see. */
  readonly holds?: (value: T) => boolean;
  /** Looked at whatever else is wrong, so that all issues come at once: `holds` takes any object then. */
  readonly isIndependent?: true;
}

/** The same schema with rules: they are checked here and stand in the CustomResourceDefinition. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  const checked = rules.reduce<S>((sofar, { holds, path, message, isIndependent }) => {
    if (holds === undefined) return sofar;
    const always = isIndependent === true ? { when: ({ value }: { value: unknown }) => isObject(value) } : {};
    return sofar.refine(holds, { path: [...path], error: message, ...always });
  }, schema);
  return checked.meta({
    ...schema.meta(),
    'x-kubernetes-validations': rules.map(({ cel, path, message }) => ({
      rule: cel,
      message: [path.join('.'), message].filter((part) => part !== '').join(' '),
      // Shown as the place of the mistake since Kubernetes 1.28.
      ...(path.length > 0 && { fieldPath: path.map((name) => `.${name}`).join('') }),
    })),
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
