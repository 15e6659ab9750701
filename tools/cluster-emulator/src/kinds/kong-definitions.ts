import { customResourceDefinitions } from '@silverback/kong-resources';
import type { KubernetesObject } from '../cluster-objects.ts';

/**
 * The CustomResourceDefinitions of Kong's kinds as Silverback brings them, and one of ReferenceGrant for who only needs
 * it to be there. Rules in CEL are not looked at: an API server refuses more.
 */
export function kongDefinitions(): KubernetesObject[] {
  return [...customResourceDefinitions().map((definition) => ({ ...definition })), REFERENCE_GRANT];
}

const REFERENCE_GRANT: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'referencegrants.gateway.networking.k8s.io' },
  spec: {
    group: 'gateway.networking.k8s.io',
    scope: 'Namespaced',
    names: {
      kind: 'ReferenceGrant',
      listKind: 'ReferenceGrantList',
      plural: 'referencegrants',
      singular: 'referencegrant',
      shortNames: ['refgrant'],
      categories: ['gateway-api'],
    },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        additionalPrinterColumns: [{ name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date' }],
      },
    ],
  },
};
