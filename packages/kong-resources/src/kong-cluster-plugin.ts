import { z } from 'zod';
import { pluginSchema } from './plugin-fields.ts';

const secretKey = z
  .strictObject({
    namespace: z.string().min(1).meta({ description: 'Namespace of the Secret.' }),
    name: z.string().min(1).meta({ description: 'Name of the Secret.' }),
    key: z.string().min(1).meta({ description: 'Key in the data of the Secret.' }),
  })
  .meta({ description: 'One value of a Secret.' });

/** configuration.konghq.com/v1 KongClusterPlugin, cluster-scoped: as a KongPlugin, but Secrets are named with their namespace. */
export const kongClusterPluginSchema = pluginSchema(secretKey);

/** A KongClusterPlugin that is valid. */
export type KongClusterPlugin = z.infer<typeof kongClusterPluginSchema>;
