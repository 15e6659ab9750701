import type { Clock } from '@silverback/clock';
import type { KubeHttp } from '../access/kube-http.ts';
import type { ApiObject } from './api-object.ts';
import { Reflector } from './reflector.ts';

/** Which Secret to follow. */
export interface NamedSecretOptions<T> {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Makes of the Secret what is kept of it. */
  readonly project: (object: ApiObject) => T;
  /** Told what the Secret is, and undefined when it does not exist. */
  readonly onSeen: (secret: T | undefined) => void;
  /** Yields numbers from 0 to below 1 (default Math.random). */
  readonly random?: () => number;
}

/** Where the Secrets of a namespace are. */
export function secretsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

/**
 * A reflector for one Secret: it asks by the name, so that a role for this name is enough (`resourceNames`). To be
 * started by the caller.
 */
export function namedSecretReflector<T>(options: NamedSecretOptions<T>): Reflector<T> {
  const { http, clock, namespace, name, project, onSeen, random } = options;
  return new Reflector<T>({
    http,
    clock,
    ...(random && { random }),
    collection: {
      path: secretsPath(namespace),
      apiVersion: 'v1',
      kind: 'Secret',
      fieldSelector: `metadata.name=${name}`,
      pageSize: 1,
    },
    project,
    sink: {
      replaced: ([secret]) => {
        onSeen(secret);
      },
      changed: (events) => {
        const last = events.at(-1);
        if (last) onSeen(last.type === 'upsert' ? last.item : undefined);
      },
      failed: () => undefined,
    },
  });
}
