import type { Definition } from './definitions.ts';

/** A rule of a definition: CEL (KEP-2876). */
export interface Rule {
  readonly kind: string;
  /** Where it stands, as in `spec.hashOn`; empty for the whole object. */
  readonly at: string;
  readonly rule: string;
  readonly message: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
}

/** All rules of definitions, in the order in which they stand. */
export function rulesOf(definitions: readonly Definition[]): readonly Rule[] {
  return definitions.flatMap(({ spec }) =>
    spec.versions.flatMap(({ schema }) => within(spec.names.kind, '', schema.openAPIV3Schema as Schema)),
  );
}

function within(kind: string, at: string, schema: Schema): Rule[] {
  const { properties = {}, items, additionalProperties } = schema;
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ rule, message = '' }) => ({
    kind,
    at,
    rule,
    message,
  }));
  const values =
    typeof additionalProperties === 'object' ? within(kind, `${at}{}`, additionalProperties) : [];
  return [
    ...own,
    ...Object.entries(properties).flatMap(([name, inner]) =>
      within(kind, at === '' ? name : `${at}.${name}`, inner),
    ),
    ...(items ? within(kind, `${at}[]`, items) : []),
    ...values,
  ];
}
