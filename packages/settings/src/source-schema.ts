import { z } from 'zod';
import { pathSchema } from './path-schema.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The name of a Kubernetes namespace. */
export const namespaceSchema = z.string().regex(DNS_LABEL, {
  error:
    'must be the name of a namespace: at most 63 of a-z, 0-9 and "-", with a letter or digit at both ends',
});

const directorySchema = z.strictObject({
  path: pathSchema.describe('Directory with Kubernetes manifests; read recursively and watched.'),
});

const kubernetesSchema = z.strictObject({
  kubeconfig: pathSchema
    .describe(
      'kubeconfig file; without it the files of KUBECONFIG, else ~/.kube/config, else the service account of the pod.',
    )
    .optional(),
  context: z
    .string()
    .min(1, { error: 'must not be empty' })
    .describe('Context of the kubeconfig; its current one unless given.')
    .optional(),
  namespaces: z
    .array(namespaceSchema)
    .describe('Namespaces whose resources are read; all of them if the list is empty.')
    .prefault([]),
});

const KINDS_OF_SOURCE = ['directory', 'kubernetes'] as const;

/** Where the resources come from: exactly one of a directory and an API server. */
export const sourceSchema = z
  .strictObject({
    directory: directorySchema.describe('Manifests in a directory.').optional(),
    kubernetes: kubernetesSchema.describe('The API server of a cluster.').optional(),
  })
  .superRefine(
    (source: unknown, context) => {
      if (typeof source !== 'object' || source === null) return;
      const given = KINDS_OF_SOURCE.filter(
        (kind) => kind in source && (source as Record<string, unknown>)[kind] !== undefined,
      );
      if (given.length === 1) return;
      const message =
        given.length === 0
          ? 'must be directory or kubernetes'
          : 'cannot be directory and kubernetes at once: leave one out';
      context.addIssue({ code: 'custom', path: [], message });
    },
    { when: () => true },
  );
