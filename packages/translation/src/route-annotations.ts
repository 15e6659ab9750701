import type { Metadata } from '@silverback/cluster-state';
import { INGRESS_CLASS, KONG_PREFIX, PLUGINS, TAGS, annotationField } from './annotations.ts';
import type { ProblemList } from './problem-list.ts';
import type { RouteFields, RouteSettingsDraft } from './route-settings.ts';
import { finishProtocols } from './route-protocols.ts';
import {
  HEADER_PREFIX,
  ROUTE_ANNOTATIONS,
  ROUTE_ANNOTATION_LIST,
  readHeader,
  type RouteAnnotation,
} from './route-annotation-table.ts';

/** What the annotations of an Ingress say about its routes. */
export interface RouteSettings {
  readonly fields: RouteFields;
  /** More hosts for each route. */
  readonly hostAliases: readonly string[];
  /** The text that marks a path as a regular expression; undefined for the usual one. */
  readonly regexPrefix: string | undefined;
  /** The path that the Service is asked for, as a template of the plugin `request-transformer`. */
  readonly rewrite: string | undefined;
  /** Annotations without which the routes would match or admit more than is written: the routes are not served. */
  readonly unmetRestrictions: readonly string[];
}

/** Annotations that are known on an Ingress and read elsewhere. */
const READ_ELSEWHERE: ReadonlySet<string> = new Set([INGRESS_CLASS, PLUGINS, TAGS]);

/** Annotations that Kong's own controller knew on an Ingress once, and that restrict nothing. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['konghq.com/override']);

/**
 * Reads the annotations of an Ingress that concern its routes. A value that cannot be used is a problem; where ignoring
 * it would let more requests through than the manifest says, it is an unmet restriction too.
 */
export function routeSettings(metadata: Metadata, problems: ProblemList): RouteSettings {
  const draft: RouteSettingsDraft = {
    fields: {},
    hostAliases: [],
    regexPrefix: undefined,
    headersSeparator: ',',
    forceHttps: false,
    rewrite: undefined,
  };
  const unmetRestrictions: string[] = [];
  const read = (name: string, annotation: RouteAnnotation, value: string): void => {
    const wrong = annotation.read(value, draft);
    if (wrong === undefined) return;
    if (annotation.restricts) unmetRestrictions.push(name);
    reportInvalid(name, wrong, annotation.restricts, problems);
  };

  for (const [name, annotation] of ROUTE_ANNOTATION_LIST) {
    const value = metadata.annotations[name];
    if (value !== undefined) read(name, annotation, value);
  }
  for (const name of Object.keys(metadata.annotations).sort()) {
    const value = metadata.annotations[name] ?? '';
    if (name.startsWith(HEADER_PREFIX)) read(name, readHeader(name), value);
    else reportUnread(name, problems);
  }
  for (const { annotation, message, restricts } of finishProtocols(draft)) {
    if (restricts) unmetRestrictions.push(annotation);
    reportInvalid(annotation, message, restricts, problems);
  }
  const { fields, hostAliases, regexPrefix, rewrite } = draft;
  return { fields, hostAliases, regexPrefix, rewrite, unmetRestrictions };
}

function reportInvalid(name: string, message: string, restricts: boolean, problems: ProblemList): void {
  problems.error('AnnotationInvalid', {
    field: annotationField(name),
    message,
    action: restricts ? 'the routes of the Ingress are left out' : 'the annotation is ignored',
  });
}

function reportUnread(name: string, problems: ProblemList): void {
  if (!name.startsWith(KONG_PREFIX) || name in ROUTE_ANNOTATIONS || READ_ELSEWHERE.has(name)) return;
  const known = WITHOUT_EFFECT.has(name);
  problems.warning(known ? 'AnnotationNotSupported' : 'AnnotationUnknown', {
    field: annotationField(name),
    message: known ? 'has had no effect on an Ingress since Kong 3.0' : 'has no effect on an Ingress',
    action: 'the annotation is ignored',
  });
}
