import type { Kind } from '../kinds/kind.ts';
import { fieldSelector, labelSelector, type Selector } from '../selectors.ts';
import type { RequestInfo } from './request-info.ts';

/** Which objects of a collection a request is about. */
export interface Selection {
  readonly selects: Selector;
  /** Whether selectors narrow it, besides namespace and name. */
  readonly isNarrowed: boolean;
}

/**
 * Reads namespace, name and selectors of a request.
 *
 * @throws ApiFailure 400 if a selector can't be read
 */
export function readSelection(kind: Kind, info: RequestInfo, query: URLSearchParams): Selection {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const selectors: Selector[] = [
    ...(info.namespace === ''
      ? []
      : [({ namespace }: { namespace: string }) => namespace === info.namespace]),
    ...(info.name === '' ? [] : [({ name }: { name: string }) => name === info.name]),
    ...(labels === '' ? [] : [labelSelector(labels)]),
    ...(fields === '' ? [] : [fieldSelector(fields, kind.selectableFields)]),
  ];
  return {
    selects: (object) => selectors.every((selects) => selects(object)),
    isNarrowed: labels !== '' || fields !== '',
  };
}
