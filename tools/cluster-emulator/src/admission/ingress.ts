import { isList, isObject, objectIn, textIn, type Json, type JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { Refusal } from './refusal.ts';

const INGRESS = { group: 'networking.k8s.io', kind: 'Ingress' };
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** An Ingress as it is kept. */
export function admitIngress(object: Content): Content {
  const spec = objectIn(object, 'spec');
  const refusal = new Refusal();
  const rules = listIn(spec, 'rules');
  if (rules.length === 0 && !isObject(spec['defaultBackend']))
    refusal.invalid('spec', [], 'either `defaultBackend` or `rules` must be specified');
  rules.forEach((rule, index) => {
    checkRule(rule, `spec.rules[${index}]`, refusal);
  });
  refusal.check(INGRESS, object);
  return { ...object, status: object['status'] ?? { loadBalancer: {} } };
}

function checkRule(rule: JsonObject, field: string, refusal: Refusal): void {
  const host = textIn(rule, 'host') ?? '';
  if (host !== '' && !HOST.test(host))
    refusal.invalid(
      `${field}.host`,
      host,
      'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters',
    );
  const paths = listIn(objectIn(rule, 'http'), 'paths');
  if (isObject(rule['http']) && paths.length === 0) refusal.required(`${field}.http.paths`);
  paths.forEach((path, index) => {
    checkPath(path, `${field}.http.paths[${index}]`, refusal);
  });
}

function checkPath(path: JsonObject, field: string, refusal: Refusal): void {
  const type = textIn(path, 'pathType');
  if (type === undefined) refusal.required(`${field}.pathType`, 'pathType must be specified');
  else if (!PATH_TYPES.includes(type)) refusal.unsupported(`${field}.pathType`, type, PATH_TYPES);
  const text = textIn(path, 'path') ?? '';
  if (!text.startsWith('/') && (type !== 'ImplementationSpecific' || text !== ''))
    refusal.invalid(`${field}.path`, text, 'must be an absolute path');
  const backend = objectIn(path, 'backend');
  if (isObject(backend['resource'])) return;
  const service = objectIn(backend, 'service');
  if ((textIn(service, 'name') ?? '') === '')
    refusal.required(`${field}.backend`, 'service or resource backend is required');
  const port = objectIn(service, 'port');
  if (isObject(backend['service']) && port['name'] === undefined && port['number'] === undefined)
    refusal.required(`${field}.backend`, 'port name or number is required');
}

function listIn(object: JsonObject, field: string): readonly JsonObject[] {
  const value: Json | undefined = object[field];
  return isList(value) ? value.filter(isObject) : [];
}
