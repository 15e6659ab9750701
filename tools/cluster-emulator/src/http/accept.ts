/** How objects are shown. */
export type View = 'object' | 'metadata' | 'table';

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
export function negotiateView(accept: string | undefined): View | undefined {
  for (const { type, parameters } of mediaTypes(accept)) {
    if (!JSON_TYPES.includes(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return 'object';
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  return undefined;
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
