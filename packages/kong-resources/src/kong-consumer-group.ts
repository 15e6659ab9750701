import { z } from 'zod';
import { controlPlaneReference } from './control-plane-reference.ts';

/**
 * configuration.konghq.com/v1beta1 KongConsumerGroup, without `metadata`, `apiVersion`, `kind` and `status`. In Kong it
 * has the name of the object.
 */
export const kongConsumerGroupSchema = z.strictObject({
  spec: z
    .looseObject({
      name: z
        .string()
        .optional()
        .meta({ description: 'Name of the group in Konnect; in Kong it has the name of the object.' }),
      controlPlaneRef: controlPlaneReference.optional(),
      tags: z.array(z.string()).optional().meta({ description: 'Tags of the group in Konnect.' }),
    })
    .optional()
    .meta({ description: 'What Konnect is told of the group.', hasNoEffect: true }),
});

/** A KongConsumerGroup that is valid. */
export type KongConsumerGroup = z.infer<typeof kongConsumerGroupSchema>;
