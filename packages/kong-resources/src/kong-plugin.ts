import { z } from 'zod';
import { pluginSchema } from './plugin-fields.ts';

const secretKey = z
  .strictObject({
    name: z.string().min(1).meta({ description: 'Name of the Secret, in the namespace of the KongPlugin.' }),
    key: z.string().min(1).meta({ description: 'Key in the data of the Secret.' }),
  })
  .meta({ description: 'One value of a Secret.' });

/**
 * configuration.konghq.com/v1 KongPlugin, without `metadata`, `apiVersion`, `kind` and `status`: the one definition
 * from which the type, the validation and the schema of the CRD come.
 */
export const kongPluginSchema = pluginSchema(secretKey);

/** A KongPlugin that is valid. */
export type KongPlugin = z.infer<typeof kongPluginSchema>;
