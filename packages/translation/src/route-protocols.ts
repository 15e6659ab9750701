import type { RouteSettingsDraft } from './route-settings.ts';

/** A combination of annotations that Kong does not take. */
export interface Contradiction {
  readonly annotation: string;
  readonly message: string;
  readonly restricts: boolean;
}

const OVER_TLS: Readonly<Record<string, string>> = { http: 'https', grpc: 'grpcs' };
const AS_HTTP: Readonly<Record<string, string>> = { grpc: 'http', grpcs: 'https' };

/**
 * Brings protocols into a form that Kong takes, without admitting a transport that is not written: gRPC beside HTTP
 * becomes HTTP over the same transport, and a redirect to HTTPS leaves only protocols over TLS.
 *
 * @returns annotations that cannot go together with the protocols
 */
export function finishProtocols(settings: RouteSettingsDraft): Contradiction[] {
  const { fields } = settings;
  const written = fields.protocols;
  if (written?.some((protocol) => !isGrpc(protocol))) fields.protocols = mapped(written, AS_HTTP);
  if (settings.forceHttps) fields.protocols = mapped(fields.protocols ?? ['https'], OVER_TLS);

  const contradictions: Contradiction[] = [];
  if (fields.protocols?.every(isGrpc)) {
    if (fields.strip_path === true) {
      const message = 'cannot be true for gRPC, because the path is the name of the method';
      contradictions.push({ annotation: 'konghq.com/strip-path', message, restricts: false });
      fields.strip_path = false;
    }
    if (fields.methods !== undefined) {
      const message = 'cannot be given for gRPC, where every request is a POST';
      contradictions.push({ annotation: 'konghq.com/methods', message, restricts: true });
    }
  }
  if (fields.snis !== undefined && fields.protocols?.every((protocol) => !protocol.endsWith('s'))) {
    const message = 'needs a protocol over TLS';
    contradictions.push({ annotation: 'konghq.com/snis', message, restricts: true });
  }
  return contradictions;
}

function isGrpc(protocol: string): boolean {
  return protocol === 'grpc' || protocol === 'grpcs';
}

function mapped(protocols: readonly string[], by: Readonly<Record<string, string>>): string[] {
  return [...new Set(protocols.map((protocol) => by[protocol] ?? protocol))];
}
