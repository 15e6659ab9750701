import { z } from 'zod';

/** The control plane that an object belongs to: one of another type than `kic` is managed by Konnect, not from here. */
export const controlPlaneReference = z
  .looseObject({
    type: z
      .string()
      .optional()
      .meta({ description: '`kic`, which is meant where nothing is said, or a control plane of Konnect.' }),
  })
  .meta({
    description: 'The control plane that the object belongs to; objects of Konnect are left alone.',
  });
