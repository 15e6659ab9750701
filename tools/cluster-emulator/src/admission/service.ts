import { isList, isObject, objectIn, textIn, type Json, type JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { Refusal } from './refusal.ts';

const SERVICE = { group: '', kind: 'Service' };
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Gives Services what the API server fills in, cluster addresses too. */
export class ServiceAdmission {
  #given = 0;

  /** A Service as it is kept. */
  admit(object: Content, before: Content | undefined): Content {
    const spec = objectIn(object, 'spec');
    const refusal = new Refusal();
    const type = textIn(spec, 'type') ?? 'ClusterIP';
    if (!TYPES.includes(type)) refusal.unsupported('spec.type', type, TYPES);
    if (type === 'ExternalName' && (textIn(spec, 'externalName') ?? '') === '')
      refusal.required('spec.externalName');
    const ports = isList(spec['ports']) ? spec['ports'] : [];
    if (ports.length === 0 && type !== 'ExternalName' && spec['clusterIP'] !== 'None')
      refusal.required('spec.ports');
    ports.forEach((port, index) => {
      checkPort(port, index, ports.length, refusal);
    });
    refusal.check(SERVICE, object);
    const address = type === 'ExternalName' ? {} : this.#address(spec, objectIn(before ?? {}, 'spec'));
    return {
      ...object,
      spec: {
        sessionAffinity: 'None',
        ...(type !== 'ExternalName' && { internalTrafficPolicy: 'Cluster' }),
        ...spec,
        ...address,
        type,
        ...(ports.length > 0 && { ports: ports.map(withPortDefaults) }),
      },
      status: object['status'] ?? { loadBalancer: {} },
    };
  }

  #address(spec: JsonObject, before: JsonObject): JsonObject {
    const clusterIP = textIn(spec, 'clusterIP') ?? textIn(before, 'clusterIP') ?? this.#nextAddress();
    return { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  }

  #nextAddress(): string {
    this.#given += 1;
    return `10.${96 + ((this.#given >> 16) & 15)}.${(this.#given >> 8) & 255}.${this.#given & 255}`;
  }
}

function checkPort(port: Json, index: number, count: number, refusal: Refusal): void {
  const field = `spec.ports[${index}]`;
  const number = isObject(port) ? port['port'] : undefined;
  if (typeof number !== 'number' || number < 1 || number > 65_535)
    refusal.invalid(`${field}.port`, number ?? 0, 'must be between 1 and 65535, inclusive');
  if (count > 1 && isObject(port) && (textIn(port, 'name') ?? '') === '') refusal.required(`${field}.name`);
}

function withPortDefaults(port: Json): Json {
  return isObject(port) ? { protocol: 'TCP', targetPort: port['port'] ?? null, ...port } : port;
}
