/** The values with which the chart is rendered in tests, by what they are about. */
export const VARIANTS: Readonly<Record<string, object>> = {
  defaults: {},
  gateway: { gateway: { enabled: true } },
  'no leader election': { settings: { leaderElection: { enabled: false } } },
  namespaces: {
    settings: {
      source: { kubernetes: { namespaces: ['shop', 'pay'] } },
      fleets: [{ name: 'edge', discovery: [{ endpoints: { service: 'proxies/kong-admin' } }] }],
    },
  },
  everything: {
    nameOverride: 'gorilla',
    commonLabels: { team: 'edge' },
    image: { repository: 'registry.example/silverback', digest: `sha256:${'0'.repeat(64)}` },
    imagePullSecrets: [{ name: 'registry' }],
    settings: {
      ingressClass: 'edge',
      status: { publishAddresses: ['192.0.2.1'] },
      debug: { enabled: true },
      leaderElection: { leaseDuration: '30s', renewDeadline: '20s', retryPeriod: '4s' },
      fleets: [
        { name: 'edge', adminApi: { applyTimeout: '5m' }, pacing: { paceFactor: 1.5, uploads: 100 } },
        {
          name: 'old',
          insecure: true,
          discovery: [{ static: { proxies: ['http://192.0.2.7:8001'] } }],
        },
        {
          name: 'far',
          discovery: [{ dnsSrv: { name: '_admin-tls._tcp.kong-admin.far.svc.cluster.local' } }],
          adminApi: { tls: { serverName: 'kong-admin.far.svc' } },
        },
      ],
    },
    credentials: { far: { secretName: 'far-admin', token: { secretName: 'far-token', key: 'value' } } },
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/extra/ca.crt' }],
    extraVolumes: [{ name: 'extra', configMap: { name: 'extra' } }],
    extraVolumeMounts: [{ name: 'extra', mountPath: '/extra' }],
    podAnnotations: { note: 'yes' },
    podLabels: { tier: 'control' },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'edge', operator: 'Exists' }],
    priorityClassName: 'system-cluster-critical',
    state: { medium: 'Memory', sizeLimit: '1Gi' },
    serviceAccount: { annotations: { note: 'yes' } },
    ingressClass: { default: true },
    networkPolicy: {
      healthFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
      egress: { enabled: true, extra: [{ ports: [{ port: 3128 }] }] },
    },
    monitoring: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' }, alertLabels: { team: 'edge' } },
      dashboard: { enabled: true, annotations: { folder: 'Gateways' } },
    },
    gateway: {
      enabled: true,
      config: { log_level: 'warn', trusted_ips: '0.0.0.0/0,::/0' },
      env: [{ name: 'KONG_VAULT_TOKEN', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } }],
      proxy: { annotations: { lb: 'internal' }, externalTrafficPolicy: 'Local' },
      autoscaling: { enabled: true },
    },
  },
};
