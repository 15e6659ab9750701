import type { z } from 'zod';
import { ingressClassParametersSchema } from './ingress-class-parameters.ts';
import { kongClusterPluginSchema } from './kong-cluster-plugin.ts';
import { kongConsumerGroupSchema } from './kong-consumer-group.ts';
import { kongConsumerSchema } from './kong-consumer.ts';
import { kongCustomEntitySchema } from './kong-custom-entity.ts';
import { kongIngressSchema } from './kong-ingress.ts';
import { kongLicenseSchema } from './kong-license.ts';
import { kongPluginSchema } from './kong-plugin.ts';
import { kongServiceFacadeSchema } from './kong-service-facade.ts';
import { kongUpstreamPolicySchema } from './kong-upstream-policy.ts';
import { kongVaultSchema } from './kong-vault.ts';
import { tcpIngressSchema, udpIngressSchema } from './stream-ingress.ts';

/** The definition of each kind: what its objects hold apart from `metadata`, `apiVersion`, `kind` and `status`. */
export const DEFINITIONS = {
  KongPlugin: kongPluginSchema,
  KongClusterPlugin: kongClusterPluginSchema,
  KongConsumer: kongConsumerSchema,
  KongConsumerGroup: kongConsumerGroupSchema,
  KongUpstreamPolicy: kongUpstreamPolicySchema,
  KongIngress: kongIngressSchema,
  KongVault: kongVaultSchema,
  KongLicense: kongLicenseSchema,
  KongCustomEntity: kongCustomEntitySchema,
  KongServiceFacade: kongServiceFacadeSchema,
  IngressClassParameters: ingressClassParametersSchema,
  TCPIngress: tcpIngressSchema,
  UDPIngress: udpIngressSchema,
} as const;

/** A kind that is defined here. */
export type KongKind = keyof typeof DEFINITIONS;

/** A valid object of a kind. */
export type KongResource<K extends KongKind> = z.output<(typeof DEFINITIONS)[K]>;
