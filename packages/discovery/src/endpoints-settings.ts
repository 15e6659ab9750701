import type { BackendContext, ParsedSettings } from './contract.ts';
import { fillServerName } from './server-name.ts';
import type { ServiceName } from './service-endpoints.ts';
import { readSettings } from './settings-reader.ts';

/** Which endpoints are proxies. */
export interface EndpointsSettings {
  readonly service: ServiceName;
  /** Names of ports, the preferred one first. */
  readonly portNames: readonly string[];
  /** Numbers of ports, for those without such a name. */
  readonly portNumbers: readonly number[];
  /** The name that certificates must carry. */
  readonly serverName: string;
}

const ALLOWED = ['service', 'portNames', 'portNumbers', 'serverName'];
const TLS_PORT_NAMES = ['admin-tls', 'kong-admin-tls'];
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The names of ports that an insecure fleet reaches without TLS: those of Kong's charts. */
export const HTTP_PORT_NAMES: readonly string[] = ['admin', 'kong-admin'];

/** Reads `endpoints: { service, portNames, portNumbers, serverName }`. */
export function parseEndpointsSettings(
  value: unknown,
  { insecure }: BackendContext,
): ParsedSettings<EndpointsSettings> {
  return readSettings(value, 'endpoints', ALLOWED, (reader) => {
    const [namespace = '', name = ''] = reader
      .requiredText('service', 'the Service as namespace/name', serviceMistake)
      .split('/');
    const portNumbers = reader.list<number>('portNumbers', 'number', portMistake);
    const portNames = reader.list<string>('portNames', 'string', (text) =>
      text === '' ? 'must not be empty; an unnamed port goes into portNumbers' : undefined,
    );
    if (portNames?.length === 0 && (portNumbers ?? []).length === 0) {
      reader.reject('portNames', 'must name a port, or portNumbers must');
    }
    const standard = insecure ? [...TLS_PORT_NAMES, ...HTTP_PORT_NAMES] : TLS_PORT_NAMES;
    const template = reader.text('serverName', () => undefined) ?? '{service}.{namespace}.svc';
    const serverName = fillServerName(template, { service: name, namespace });
    // Without a Service, that is the mistake to name.
    if ('mistake' in serverName && name !== '') reader.reject('serverName', serverName.mistake);
    return {
      service: { namespace, name },
      portNames: portNames ?? (portNumbers === undefined ? standard : []),
      portNumbers: portNumbers ?? [],
      serverName: 'name' in serverName ? serverName.name : '',
    };
  });
}

function serviceMistake(text: string): string | undefined {
  const parts = text.split('/');
  const fits = parts.length === 2 && parts.every((part) => LABEL.test(part));
  return fits ? undefined : 'must be a Service as namespace/name, such as kong/kong-admin';
}

function portMistake(port: number): string | undefined {
  const fits = Number.isInteger(port) && port >= 1 && port <= 65_535;
  return fits ? undefined : 'must be a whole number from 1 to 65535';
}
