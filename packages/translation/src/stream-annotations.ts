import type { Metadata } from '@silverback/cluster-state';
import { INGRESS_CLASS, KONG_PREFIX, PLUGINS, TAGS, annotationField, listItems } from './annotations.ts';
import { isHostName } from './host-names.ts';
import type { ProblemList } from './problem-list.ts';

type StreamKind = 'TCPIngress' | 'UDPIngress';

/** What the annotations of a TCPIngress or UDPIngress say about its routes. */
export interface StreamSettings {
  readonly protocols: readonly string[];
  /** More server names for each route. */
  readonly snis: readonly string[];
  /** Annotations without which the routes would admit more than is written: they are not served. */
  readonly unmetRestrictions: readonly string[];
}

const PROTOCOLS = 'konghq.com/protocols';
const SNIS = 'konghq.com/snis';

const ALLOWED: Readonly<Record<StreamKind, readonly string[]>> = {
  TCPIngress: ['tcp', 'tls', 'tls_passthrough'],
  UDPIngress: ['udp'],
};
const DEFAULTS: Readonly<Record<StreamKind, readonly string[]>> = {
  TCPIngress: ['tcp', 'tls'],
  UDPIngress: ['udp'],
};
const READ: ReadonlySet<string> = new Set([PROTOCOLS, SNIS, INGRESS_CLASS, PLUGINS, TAGS]);

/** Reads the annotations that concern routes of streams. What cannot be read leaves the routes out. */
export function streamSettings(
  kind: StreamKind,
  { annotations }: Metadata,
  problems: ProblemList,
): StreamSettings {
  const unmetRestrictions: string[] = [];
  const readList = (name: string, allows: (item: string) => boolean, expected: string): string[] => {
    const value = annotations[name];
    const items = listItems(value ?? '');
    const odd = items.find((item) => !allows(item));
    if (value === undefined || (odd === undefined && items.length > 0)) return items;
    unmetRestrictions.push(name);
    problems.error('AnnotationInvalid', {
      field: annotationField(name),
      message: odd === undefined ? `must name ${expected}` : `${JSON.stringify(odd)} is not ${expected}`,
      action: `the routes of the ${kind} are left out`,
    });
    return [];
  };
  const allowed = ALLOWED[kind];
  const protocols = readList(PROTOCOLS, (item) => allowed.includes(item), `one of ${allowed.join(', ')}`);
  const snis = kind === 'TCPIngress' ? readList(SNIS, isHostName, 'a host name') : [];
  reportUnread(kind, annotations, problems);
  return { protocols: protocols.length > 0 ? protocols : DEFAULTS[kind], snis, unmetRestrictions };
}

function reportUnread(kind: StreamKind, annotations: Metadata['annotations'], problems: ProblemList): void {
  for (const name of Object.keys(annotations).sort()) {
    const isRead = READ.has(name) && !(kind === 'UDPIngress' && name === SNIS);
    if (!name.startsWith(KONG_PREFIX) || isRead) continue;
    problems.warning('AnnotationUnknown', {
      field: annotationField(name),
      message: `has no effect on a ${kind}`,
      action: 'the annotation is ignored',
    });
  }
}
