import { z } from 'zod';
import { port } from './numbers.ts';

/**
 * incubator.ingress-controller.konghq.com/v1alpha1 KongServiceFacade, without `metadata`, `apiVersion`, `kind` and
 * `status`.
 */
export const kongServiceFacadeSchema = z.strictObject({
  spec: z
    .strictObject({
      backendRef: z
        .strictObject({
          name: z.string().min(1).meta({ description: 'Name of a Service of the namespace.' }),
          port: port.meta({ description: 'Port of the Service.' }),
        })
        .meta({ description: 'The Service behind the facade.' }),
    })
    .meta({ description: 'What the facade stands for.' }),
});

/** A KongServiceFacade that is valid. */
export type KongServiceFacade = z.infer<typeof kongServiceFacadeSchema>;
