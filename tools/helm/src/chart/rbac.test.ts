import { RESOURCE_TYPES } from '@silverback/cluster-state';
import { renderChart } from '../render.ts';
import { allowed } from '../testing/access.ts';
import { testWithHelm } from '../testing/with-helm.ts';

const TYPES = Object.values(RESOURCE_TYPES).map(({ apiVersions: [version], plural, namespaced }) => ({
  resource: `${version.includes('/') ? version.slice(0, version.indexOf('/')) : ''}/${plural}`,
  namespaced,
}));

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const KONG_DEFINITIONS = TYPES.map(({ resource }) => resource.split('/'))
  .filter(([group = '']) => group.endsWith('konghq.com'))
  .map(([group, plural]) => `${plural}.${group}`);

/** The resources that a write of a status needs: those that are read before, and all. */
const READ_BEFORE = [
  'networking.k8s.io/ingresses',
  'configuration.konghq.com/kongupstreampolicies',
  'configuration.konghq.com/tcpingresses',
  'configuration.konghq.com/udpingresses',
];
const STATUS = [
  ...READ_BEFORE,
  'configuration.konghq.com/kongclusterplugins',
  'configuration.konghq.com/kongconsumergroups',
  'configuration.konghq.com/kongconsumers',
  'configuration.konghq.com/kongcustomentities',
  'configuration.konghq.com/konglicenses',
  'configuration.konghq.com/kongplugins',
  'configuration.konghq.com/kongvaults',
  'incubator.ingress-controller.konghq.com/kongservicefacades',
];
const EVENTS = ['create', 'get', 'patch'].map((verb) => `${verb} events.k8s.io/events`);

function isNamespaced(resource: string): boolean {
  return TYPES.some((type) => type.resource === resource && type.namespaced);
}

/** What is needed in each namespace whose resources count, or where no namespace does. */
function needed(namespaced: boolean, { status = true } = {}): readonly string[] {
  const reads = TYPES.filter((type) => type.namespaced === namespaced).flatMap(({ resource }) => [
    `list ${resource}`,
    `watch ${resource}`,
  ]);
  const writes = STATUS.filter((resource) => isNamespaced(resource) === namespaced).map(
    (resource) => `patch ${resource}/status`,
  );
  const definitions = [
    ...['list', 'watch'].map((verb) => `${verb} ${DEFINITIONS}`),
    ...KONG_DEFINITIONS.map((name) => `get ${DEFINITIONS} called ${name}`),
  ];
  return [
    ...reads,
    ...(namespaced ? ['get /secrets', 'get /configmaps'] : definitions),
    ...(status ? writes : []),
    ...(status && namespaced ? [...READ_BEFORE.map((resource) => `get ${resource}`), ...EVENTS] : []),
  ];
}

const LEASE = [
  'create coordination.k8s.io/leases in silverback',
  'get coordination.k8s.io/leases called silverback in silverback',
  'update coordination.k8s.io/leases called silverback in silverback',
];
const LEDGER = [
  'create /secrets in silverback',
  ...['get', 'list', 'watch', 'update'].map(
    (verb) => `${verb} /secrets called silverback-ledger-edge in silverback`,
  ),
];

function inside(where: string, what: readonly string[]): readonly string[] {
  return what.map((grant) => `${grant} in ${where}`);
}

testWithHelm('the whole cluster is read, and nothing is allowed that the source does not ask for', () => {
  expect(allowed(renderChart())).toEqual(
    [...inside('the cluster', [...needed(false), ...needed(true)]), ...LEASE, ...LEDGER].sort(),
  );
});

testWithHelm(
  'given namespaces are read by Roles of their own, and others only as far as they must be',
  () => {
    const settings = {
      source: { kubernetes: { namespaces: ['shop', 'pay'] } },
      status: { publishService: 'kong/kong-proxy' },
      fleets: [{ name: 'edge', discovery: [{ endpoints: { service: 'proxies/kong-admin' } }] }],
    };
    expect(allowed(renderChart({ values: { settings } }))).toEqual(
      [
        ...inside('the cluster', needed(false)),
        ...inside('shop', needed(true)),
        ...inside('pay', needed(true)),
        ...inside('proxies', [
          'list /services',
          'watch /services',
          'list discovery.k8s.io/endpointslices',
          'watch discovery.k8s.io/endpointslices',
        ]),
        ...inside('kong', ['list /services', 'watch /services']),
        ...inside('default', EVENTS),
        ...LEASE,
        ...LEDGER,
      ].sort(),
    );
  },
);

testWithHelm('nothing is allowed to be written where nothing is written', () => {
  const settings = {
    status: { enabled: false },
    leaderElection: { enabled: false },
    ledger: { store: 'directory' },
    source: { kubernetes: { namespaces: ['kong'] } },
  };
  const verbs = new Set(allowed(renderChart({ values: { settings } })).map((grant) => grant.split(' ')[0]));
  expect([...verbs].sort()).toEqual(['get', 'list', 'watch']);
});

testWithHelm(
  'every Role is bound to the service account of the chart, which mounts no token by itself',
  () => {
    const values = { settings: { source: { kubernetes: { namespaces: ['shop'] } } } };
    const objects = renderChart({ values, release: 'edge', namespace: 'system' });
    const roles = objects.filter(({ kind }) => kind.endsWith('Role'));
    const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    const targetOf = ({ metadata }: { readonly metadata: object }, kind: string) => ({ metadata, kind });
    expect(
      bindings.map(({ metadata, ...binding }) =>
        targetOf({ metadata }, (binding['roleRef'] as { readonly kind: string }).kind),
      ),
    ).toEqual(roles.map(({ metadata, kind }) => targetOf({ metadata }, kind)));
    expect(bindings.map((binding) => binding['subjects'])).toEqual(
      bindings.map(() => [{ kind: 'ServiceAccount', name: 'edge-silverback', namespace: 'system' }]),
    );
    expect(objects.find(({ kind }) => kind === 'ServiceAccount')).toMatchObject({
      metadata: { name: 'edge-silverback', namespace: 'system' },
      automountServiceAccountToken: false,
    });
  },
);

testWithHelm('a single controller keeps its ledger in Secrets, but needs no lease', () => {
  const settings = { leaderElection: { enabled: false } };
  const own = allowed(renderChart({ values: { settings } })).filter((grant) => grant.endsWith('silverback'));
  expect(own).toEqual([...LEDGER].sort());
});

testWithHelm('credentials that are read through the API server are one Secret each, and not mounted', () => {
  const fleet = {
    adminApi: { secret: 'kong/admin-api' },
    discovery: [{ endpoints: { service: 'kong/admin' } }],
  };
  const settings = {
    source: { kubernetes: { namespaces: ['shop'] } },
    fleets: [
      { name: 'edge', ...fleet },
      { name: 'far', ...fleet },
    ],
  };
  const objects = renderChart({ values: { settings } });
  expect(allowed(objects).filter((grant) => grant.includes('admin-api'))).toEqual(
    ['get', 'get', 'list', 'list', 'watch', 'watch'].map(
      (verb) => `${verb} /secrets called admin-api in kong`,
    ),
  );
  expect(JSON.stringify(objects)).not.toContain('credentials-0');
});
