import { DEFINITIONS, type KongKind } from '../definitions.ts';
import { KONG_KINDS, type PrinterColumn } from './kinds.ts';
import type { StructuralSchema } from './schema.ts';
import { statusSchema } from './status-schema.ts';
import { structuralSchema } from './structural-schema.ts';

/** How Silverback knows the definitions that it brought: it never replaces others. */
export const OWN_LABELS: Readonly<Record<string, string>> = {
  'app.kubernetes.io/name': 'silverback',
  'app.kubernetes.io/part-of': 'silverback',
  'app.kubernetes.io/component': 'custom-resource-definitions',
};

/** apiextensions.k8s.io/v1 CustomResourceDefinition, as far as it is used. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: Readonly<Record<string, string | readonly string[]>>;
    readonly versions: readonly DefinedVersion[];
  };
}

interface DefinedVersion {
  readonly name: string;
  readonly served: true;
  readonly storage: true;
  readonly deprecated?: true;
  readonly deprecationWarning?: string;
  readonly additionalPrinterColumns: readonly PrinterColumn[];
  readonly subresources?: { readonly status: object };
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
}

/** All kinds that are defined here. */
export const ALL_KONG_KINDS = Object.keys(KONG_KINDS) as readonly KongKind[];

/** The CustomResourceDefinitions of all kinds of Kong that Silverback reads. */
export function customResourceDefinitions(): CustomResourceDefinition[] {
  return ALL_KONG_KINDS.map(customResourceDefinition);
}

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: KongKind): CustomResourceDefinition {
  const { group, version, plural, scope, shortNames, columns, status, deprecation } = KONG_KINDS[kind];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: labelsOf(kind) },
    spec: {
      group,
      scope,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        categories: ['kong', 'kong-ingress-controller'],
        ...(shortNames.length > 0 && { shortNames }),
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(deprecation !== undefined && { deprecated: true, deprecationWarning: deprecation }),
          additionalPrinterColumns: [
            ...columns,
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          ...(status !== 'none' && { subresources: { status: {} } }),
          schema: { openAPIV3Schema: schemaOf(kind) },
        },
      ],
    },
  };
}

function labelsOf(kind: KongKind): Readonly<Record<string, string>> {
  // Gateway API, GEP-713: how tools find policies.
  const policy = kind === 'KongUpstreamPolicy' ? { 'gateway.networking.k8s.io/policy': 'Direct' } : {};
  return { ...OWN_LABELS, ...policy };
}

function schemaOf(kind: KongKind): StructuralSchema {
  const { description, status: form } = KONG_KINDS[kind];
  const { properties, ...own } = structuralSchema(DEFINITIONS[kind]);
  const status = statusSchema(form);
  return {
    description,
    ...own,
    properties: {
      apiVersion: { description: 'The group and version of the kind.', type: 'string' },
      kind: { description: 'The kind of the object.', type: 'string' },
      metadata: { type: 'object' },
      ...properties,
      ...(status && { status }),
    },
  };
}
