/**
 * Which room may import which: the one table from which the rules of `.dependency-cruiser.cjs` are made and against
 * which `tools/workspace-check` holds every package.json and tsconfig. `types` may be imported as types only.
 * Every room may import `errors` and `clock`.
 */
const everywhere = ['errors', 'clock'];

const rooms = {
  'packages/errors': { imports: [] },
  'packages/clock': { imports: [] },
  'packages/cluster-state': { imports: [...everywhere, 'kong-resources'] },
  'packages/kong-configuration': { imports: everywhere },
  'packages/kong-resources': { imports: everywhere },
  'packages/translation': {
    imports: [...everywhere, 'cluster-state', 'kong-configuration', 'kong-resources'],
    // One test goes the whole way from resources to the bytes for a proxy.
    testImports: ['fleet'],
  },
  'packages/manifests': { imports: [...everywhere, 'cluster-state'] },
  'packages/kubernetes': {
    imports: [...everywhere, 'cluster-state', 'kong-resources'],
    types: ['fleet', 'resource-status', 'transport-security'],
  },
  'packages/transport-security': { imports: everywhere },
  'packages/kong-admin': { imports: [...everywhere, 'transport-security'], types: ['kong-configuration'] },
  'packages/discovery': { imports: [...everywhere, 'cluster-state'] },
  'packages/fan-out': {
    imports: [...everywhere, 'kong-admin'],
    types: ['kong-configuration', 'discovery'],
    // The contract suite runs sessions against emulated proxies behind mutual TLS.
    testImports: ['kong-emulator', 'model-test', 'test-certificates', 'transport-security'],
  },
  'packages/fleet': {
    imports: [...everywhere, 'kong-configuration', 'fan-out'],
    testImports: ['model-test'],
  },
  'packages/resource-status': { imports: everywhere },
  'packages/settings': { imports: everywhere },
  'packages/observability': { imports: everywhere },
  'apps/controller': {
    imports: [
      ...everywhere,
      'cluster-state',
      'kong-configuration',
      'translation',
      'manifests',
      'kubernetes',
      'transport-security',
      'kong-admin',
      'discovery',
      'fan-out',
      'fleet',
      'resource-status',
      'settings',
      'observability',
    ],
    // The system tests run the real binary against emulated proxies.
    testImports: ['cluster-emulator', 'kong-emulator', 'test-certificates'],
  },
  'tools/model-test': { imports: [] },
  'tools/test-certificates': { imports: [] },
  'tools/kong-emulator': { imports: ['test-certificates'] },
  'tools/cluster-emulator': { imports: [...everywhere, 'kong-resources', 'test-certificates'] },
  'tools/helm': { imports: ['settings'], testImports: ['cluster-state', 'observability'] },
  'tools/kube-apiserver': {
    imports: ['test-certificates'],
    // The suite runs what Silverback reads and writes a cluster with, and the whole binary.
    testImports: [
      'clock',
      'cluster-state',
      'cluster-emulator',
      'helm',
      'kong-emulator',
      'kubernetes',
      'resource-status',
    ],
  },
  'tools/workspace-check': { imports: [] },
  'tools/reference': { imports: ['errors', 'kong-resources', 'observability', 'settings'] },
  'tools/benchmark': {
    imports: [
      'clock',
      'cluster-emulator',
      'cluster-state',
      'fan-out',
      'fleet',
      'kong-admin',
      'kong-configuration',
      'kong-emulator',
      'test-certificates',
      'translation',
      'transport-security',
    ],
  },
  'tools/traffic': {
    imports: ['cluster-state', 'kong-configuration', 'kong-emulator', 'test-certificates', 'translation'],
  },
  'tools/demo': { imports: ['cluster-emulator', 'kong-emulator', 'test-certificates'], types: ['fleet'] },
};

module.exports = { rooms };
