import type { FleetReport } from '@silverback/fleet';

type ProxyReport = FleetReport['proxies'][number];

/** The report of a proxy in sync, with some of it replaced. */
export function proxyReport(replaced: Partial<ProxyReport> = {}): ProxyReport {
  return {
    name: '127.0.0.1:18444',
    key: 'one',
    origin: 'static',
    state: 'in-sync',
    desiredHash: '0123456789abcdef0123456789abcdef',
    reportedHash: '0123456789abcdef0123456789abcdef',
    lagMs: 0,
    lastApplyMs: 12,
    pushes: 1,
    ...replaced,
  };
}

/** The report of a fleet of one proxy, with some of it replaced. */
export function fleetReport(replaced: Partial<FleetReport> = {}): FleetReport {
  return {
    name: 'shop',
    desired: { hash: '0123456789abcdef0123456789abcdef', bytes: 4096, routes: 4, entities: 14 },
    groups: [],
    proxies: [proxyReport()],
    held: [],
    problems: [],
    ...replaced,
  };
}

/** A problem with a plugin that Kong refused. */
export const REFUSED_PLUGIN: FleetReport['problems'][number] = {
  code: 'RefusedByKong' as FleetReport['problems'][number]['code'],
  severity: 'error',
  resource: { kind: 'KongPlugin', namespace: 'shop', name: 'maintenance' },
  location: { file: 'maintenance.yaml', line: 22 },
  message: 'config.status_code: value should be between 100 and 599',
  action: 'its last accepted form is served',
};
