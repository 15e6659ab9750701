import type { z } from 'zod';
import { kongClusterPluginSchema } from './kong-cluster-plugin.ts';
import { kongConsumerGroupSchema } from './kong-consumer-group.ts';
import { kongConsumerSchema } from './kong-consumer.ts';
import { kongCustomEntitySchema } from './kong-custom-entity.ts';
import { kongLicenseSchema } from './kong-license.ts';
import { kongPluginSchema } from './kong-plugin.ts';
import { kongVaultSchema } from './kong-vault.ts';

/** The definition of each kind: what its objects hold apart from `metadata`, `apiVersion`, `kind` and `status`. */
export const DEFINITIONS = {
  KongPlugin: kongPluginSchema,
  KongClusterPlugin: kongClusterPluginSchema,
  KongConsumer: kongConsumerSchema,
  KongConsumerGroup: kongConsumerGroupSchema,
  KongVault: kongVaultSchema,
  KongLicense: kongLicenseSchema,
  KongCustomEntity: kongCustomEntitySchema,
} as const;

/** A kind that is defined here. */
export type KongKind = keyof typeof DEFINITIONS;

/** A valid object of a kind. */
export type KongResource<K extends KongKind> = z.output<(typeof DEFINITIONS)[K]>;
