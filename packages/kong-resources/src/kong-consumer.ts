import { z } from 'zod';
import { controlPlaneReference } from './control-plane-reference.ts';

/** configuration.konghq.com/v1 KongConsumer, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongConsumerSchema = z
  .strictObject({
    username: z.string().min(1).optional().meta({ description: 'Unique name of the consumer.' }),
    custom_id: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Unique identifier of the consumer in another system.' }),
    credentials: z
      .array(z.string().min(1))
      .optional()
      .meta({ description: 'Names of Secrets with credentials, in the namespace of the consumer.' }),
    consumerGroups: z
      .array(z.string().min(1))
      .optional()
      .meta({ description: 'Names of KongConsumerGroups, in the namespace of the consumer.' }),
    spec: z
      .looseObject({
        controlPlaneRef: controlPlaneReference.optional(),
        tags: z.array(z.string()).optional().meta({ description: 'Tags of the consumer in Konnect.' }),
      })
      .optional(),
  })
  .refine((consumer) => consumer.username !== undefined || consumer.custom_id !== undefined, {
    path: ['username'],
    error: 'is required unless there is a custom_id',
    when: () => true,
  });

/** A KongConsumer that is valid. */
export type KongConsumer = z.infer<typeof kongConsumerSchema>;
