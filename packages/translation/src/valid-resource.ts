import { checkJson } from '@silverback/kong-configuration';
import { parseResource, type KongKind, type KongResource } from '@silverback/kong-resources';
import type { ProblemList } from './problem-list.ts';

/**
 * The object of a record, if it is valid; otherwise each mistake becomes a problem.
 *
 * @param action - what problems say was done instead
 */
export function validResource<K extends KongKind>(
  { kind, body }: { readonly kind: K; readonly body: Readonly<Record<string, unknown>> },
  problems: ProblemList,
  action: string,
): KongResource<K> | undefined {
  const unwritable = checkJson(body).map(({ path, message }) => ({ field: path, message }));
  const parsed =
    unwritable.length > 0 ? ({ ok: false, issues: unwritable } as const) : parseResource(kind, body);
  if (parsed.ok) return parsed.resource;
  for (const { field, message } of parsed.issues) {
    problems.error('ResourceInvalid', { field, message, action });
  }
  return undefined;
}

/** Whether an object belongs to a control plane of Konnect, which programs it from there. */
export function isOfKonnect(reference: { readonly type?: string | undefined } | undefined): boolean {
  return reference?.type !== undefined && reference.type !== 'kic';
}
