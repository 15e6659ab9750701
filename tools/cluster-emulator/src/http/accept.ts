import { ApiFailure } from '../api-failure.ts';

/** How objects are shown. */
export type View = 'object' | 'metadata' | 'table';

/** What is asked for: of objects and of lists, metadata have names of their own. */
export type AskedView = View | 'metadata list';

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const JSON_TYPES = ['application/json', 'application/*', '*/*'];

/** The media types of an Accept header, in its order. */
export function mediaTypes(accept: string | undefined): readonly MediaType[] {
  const text = accept === undefined || accept === '' ? '*/*' : accept;
  return text.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim());
    return { type, parameters: new Map(parameters.map(parameter)) };
  });
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The first view in an Accept header that can be served as JSON; undefined if there is none. */
export function negotiateView(accept: string | undefined): AskedView | undefined {
  for (const { type, parameters } of mediaTypes(accept)) {
    if (!JSON_TYPES.includes(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return 'object';
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata') return 'metadata';
    if (as === 'PartialObjectMetadataList') return 'metadata list';
  }
  return undefined;
}

/**
 * How objects are shown to who asks for a view.
 *
 * @throws ApiFailure 406, as kube-apiserver 1.35 says it but for the Go types that it names
 */
export function shownView(asked: AskedView | undefined, isList: boolean): View {
  const refuse = (message: string): ApiFailure => new ApiFailure(406, 'NotAcceptable', message);
  if (asked === undefined) throw refuse('only the following media types are accepted: application/json');
  if (asked === 'metadata' && isList)
    throw refuse('you requested PartialObjectMetadata, but the requested object is a list');
  if (asked !== 'metadata list') return asked;
  if (!isList)
    throw refuse('you requested PartialObjectMetadataList, but the requested object is not a list');
  return 'metadata';
}

/** Whether discovery in one document is preferred to the documents of each group. */
export function wantsAggregatedDiscovery(accept: string | undefined): boolean {
  for (const { type, parameters } of mediaTypes(accept)) {
    if (!JSON_TYPES.includes(type)) continue;
    if (parameters.get('as') === undefined) return false;
    if (
      parameters.get('as') === 'APIGroupDiscoveryList' &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2'
    )
      return true;
  }
  return false;
}
