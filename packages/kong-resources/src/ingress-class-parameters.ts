import { z } from 'zod';

/** configuration.konghq.com/v1alpha1 IngressClassParameters, without `metadata`, `apiVersion`, `kind` and `status`. */
export const ingressClassParametersSchema = z.strictObject({
  spec: z
    .strictObject({
      serviceUpstream: z.boolean().optional().meta({
        description: 'Requests go to the names of Services, not to their endpoints.',
        default: false,
      }),
      enableLegacyRegexDetection: z.boolean().optional().meta({
        description:
          'Paths with unusual characters are taken for regular expressions, as in Kong before 3.0.',
        default: false,
      }),
    })
    .optional()
    .meta({ description: 'Settings for all Ingresses of a class.' }),
});

/** IngressClassParameters that are valid. */
export type IngressClassParameters = z.infer<typeof ingressClassParametersSchema>;
