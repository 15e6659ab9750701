import { listItems, parseBoolean, parseInteger } from './annotations.ts';
import { isHostName, isHostPattern } from './host-names.ts';
import { rewriteTemplate } from './rewrite.ts';
import type { RouteFields, RouteSettingsDraft } from './route-settings.ts';

/** How one annotation becomes a part of the settings of routes. */
export interface RouteAnnotation {
  /** Whether ignoring the annotation would let more requests through than the manifest says. */
  readonly restricts: boolean;
  /** Writes its part of the settings; returns what is wrong with the value, if it cannot be used. */
  readonly read: (value: string, settings: RouteSettingsDraft) => string | undefined;
}

/** Annotations that begin with this each hold the values of one request header. */
export const HEADER_PREFIX = 'konghq.com/headers.';

/** The path that the Service is asked for, with `$1` for what the first group of a regular expression matched. */
export const REWRITE = 'konghq.com/rewrite';

/** The protocols of routes that match paths and hosts. */
const PROTOCOLS: ReadonlySet<string> = new Set(['http', 'https', 'grpc', 'grpcs']);
const REDIRECT_CODES: ReadonlySet<string> = new Set(['301', '302', '307', '308', '426']);

type BooleanField = 'strip_path' | 'preserve_host' | 'request_buffering' | 'response_buffering';

/** A boolean of the route, left out where it equals what Kong takes without it. */
function booleanOf(field: BooleanField, kongDefault?: boolean): RouteAnnotation {
  return {
    restricts: false,
    read: (text, { fields }) => {
      const value = parseBoolean(text);
      if (value === undefined) return 'must be true or false';
      if (value !== kongDefault) fields[field] = value;
      return undefined;
    },
  };
}

type ListField = 'methods' | 'protocols' | 'snis';

/** A list of the route; nothing of it is used if one item is wrong. */
function listOf(
  field: ListField,
  allows: (item: string) => boolean,
  expected: string,
  upperCase = false,
): RouteAnnotation {
  return {
    restricts: true,
    read: (text, { fields }) => {
      const items = listItems(upperCase ? text.toUpperCase() : text);
      const wrong = items.find((item) => !allows(item));
      if (wrong !== undefined) return `${JSON.stringify(wrong)} is not ${expected}`;
      if (items.length === 0) return `must name ${expected}`;
      fields[field] = items;
      return undefined;
    },
  };
}

/** The annotations of an Ingress that concern its routes, in the order in which they are applied. */
export const ROUTE_ANNOTATIONS: Readonly<Record<string, RouteAnnotation>> = {
  'konghq.com/strip-path': booleanOf('strip_path'),
  'konghq.com/preserve-host': booleanOf('preserve_host'),
  'konghq.com/request-buffering': booleanOf('request_buffering', true),
  'konghq.com/response-buffering': booleanOf('response_buffering', true),
  'konghq.com/methods': listOf('methods', (item) => /^[A-Z]+$/.test(item), 'an HTTP method', true),
  'konghq.com/protocols': listOf(
    'protocols',
    (item) => PROTOCOLS.has(item),
    `one of ${[...PROTOCOLS].join(', ')}`,
  ),
  'konghq.com/snis': listOf('snis', isHostName, 'a host name'),
  'ingress.kubernetes.io/force-ssl-redirect': {
    restricts: true,
    read: (text, settings) => {
      const value = parseBoolean(text);
      if (value === undefined) return 'must be true or false';
      settings.forceHttps = value;
      if (value) settings.fields.https_redirect_status_code = 302;
      return undefined;
    },
  },
  'konghq.com/https-redirect-status-code': {
    restricts: false,
    read: (text, { fields }) => {
      if (!REDIRECT_CODES.has(text.trim())) return `must be one of ${[...REDIRECT_CODES].join(', ')}`;
      if (text.trim() === '426') delete fields.https_redirect_status_code;
      else fields.https_redirect_status_code = Number(text);
      return undefined;
    },
  },
  'konghq.com/regex-priority': {
    restricts: false,
    read: (text, { fields }) => {
      const value = parseInteger(text, -(2 ** 31), 2 ** 31 - 1);
      if (value === undefined) return 'must be an integer of 32 bits';
      if (value !== 0) fields.regex_priority = value;
      return undefined;
    },
  },
  'konghq.com/path-handling': {
    restricts: false,
    read: (text, { fields }) => {
      if (text !== 'v0' && text !== 'v1') return 'must be v0 or v1';
      if (text === 'v1') fields.path_handling = text;
      return undefined;
    },
  },
  'konghq.com/regex-prefix': {
    restricts: false,
    read: (text, settings) => {
      if (!text.startsWith('/') || text.endsWith('/')) return 'must begin with / and not end with it';
      settings.regexPrefix = text;
      return undefined;
    },
  },
  [REWRITE]: {
    // Without the rewritten path the Service would be asked for something else than is meant.
    restricts: true,
    read: (text, settings) => {
      const template = rewriteTemplate(text);
      if ('fault' in template) return template.fault;
      settings.rewrite = template.uri;
      return undefined;
    },
  },
  'konghq.com/host-aliases': {
    // Together with a host aliases let more through; without one they are all that limits the routes.
    restricts: true,
    read: (text, settings) => {
      const items = listItems(text);
      const wrong = items.find((item) => !isHostPattern(item));
      if (wrong !== undefined)
        return `${JSON.stringify(wrong)} is not a host name, with or without a * at one end`;
      settings.hostAliases = items;
      return undefined;
    },
  },
  'konghq.com/headers-separator': {
    restricts: true,
    read: (text, settings) => {
      if (text === '') return 'must not be empty';
      settings.headersSeparator = text;
      return undefined;
    },
  },
};

/** The same, with their names. */
export const ROUTE_ANNOTATION_LIST = Object.entries(ROUTE_ANNOTATIONS);

/** The annotation for one request header, named after the prefix. */
export function readHeader(annotation: string): RouteAnnotation {
  const header = annotation.slice(HEADER_PREFIX.length);
  return {
    restricts: true,
    read: (text, settings) => {
      if (!/^[A-Za-z0-9_-]+$/.test(header)) return 'does not end with the name of a header';
      if (header.toLowerCase() === 'host')
        return 'cannot match the header Host, which the rules of the Ingress do';
      const values = listItems(text, settings.headersSeparator);
      if (values.length === 0) return 'must hold a value';
      settings.fields.headers = {
        ...settings.fields.headers,
        [header]: values,
      } satisfies RouteFields['headers'];
      return undefined;
    },
  };
}
