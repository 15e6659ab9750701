/** Fields of an object that a rule takes, and of one that it refuses. */
export interface RuleCase {
  readonly accepted: object;
  readonly refused: object;
  /** The object as it was before, where a rule is about changes. */
  readonly before?: object;
}

const plugin = { plugin: 'cors' };
const inSecret = { secretKeyRef: { name: 'secret', key: 'config' } };
const inSecretOf = { secretKeyRef: { name: 'secret', key: 'config', namespace: 'shop' } };
const patch = (valueFrom: object) => [{ path: '/a', valueFrom }];

const entity = (type: string) => ({ spec: { type, controllerName: 'kong', fields: { uri: '/' } } });
const vault = (prefix: string) => ({ spec: { backend: 'env', prefix, config: { prefix: 'KONG_' } } });

const policy = (spec: object) => ({ spec });
const hashing = (spec: object) => policy({ algorithm: 'consistent-hashing', ...spec });
const sticky = { cookie: 'session', cookiePath: '/' };

function pluginCases(kind: string, from: object): Record<string, RuleCase> {
  return {
    [`${kind}: configFrom cannot be given together with config`]: {
      accepted: { ...plugin, configFrom: from },
      refused: { ...plugin, configFrom: from, config: { a: 1 } },
    },
    [`${kind}: configFrom cannot be given together with configPatches`]: {
      accepted: { ...plugin, config: {}, configPatches: patch(from) },
      refused: { ...plugin, configFrom: from, configPatches: patch(from) },
    },
    [`${kind}: plugin cannot be changed`]: {
      before: plugin,
      accepted: { ...plugin, config: { a: 1 } },
      refused: { plugin: 'acl' },
    },
  };
}

/** A case for each rule, by `Kind place: message`. */
export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  ...pluginCases('KongPlugin', inSecret),
  ...pluginCases('KongClusterPlugin', inSecretOf),
  'KongConsumer: username is required unless there is a custom_id': {
    accepted: { custom_id: '7' },
    refused: { credentials: ['key'] },
  },
  'KongCustomEntity spec: type has a resource of its own': {
    accepted: entity('degraphql_routes'),
    refused: entity('services'),
  },
  'KongCustomEntity spec: type cannot be changed': {
    before: entity('degraphql_routes'),
    accepted: { spec: { ...entity('degraphql_routes').spec, fields: { uri: '/changed' } } },
    refused: entity('graphql_ratelimiting_cost_decorations'),
  },
  'KongVault: spec.prefix cannot be changed': {
    before: vault('one'),
    accepted: { spec: { ...vault('one').spec, description: 'changed' } },
    refused: vault('two'),
  },
  'KongUpstreamPolicy spec: hashOn needs the algorithm consistent-hashing or sticky-sessions': {
    accepted: hashing({ hashOn: { input: 'ip' } }),
    refused: policy({ algorithm: 'round-robin', hashOn: { input: 'ip' } }),
  },
  'KongUpstreamPolicy spec: hashOnFallback needs the algorithm consistent-hashing': {
    accepted: hashing({ hashOn: { header: 'x' }, hashOnFallback: { input: 'ip' } }),
    refused: policy({
      algorithm: 'sticky-sessions',
      stickySessions: sticky,
      hashOn: { input: 'none' },
      hashOnFallback: { input: 'ip' },
    }),
  },
  'KongUpstreamPolicy spec: hashOnFallback needs hashOn, and cannot stand beside a cookie or none': {
    accepted: hashing({ hashOn: { queryArg: 'q' }, hashOnFallback: { input: 'ip' } }),
    refused: hashing({ hashOn: { cookie: 'c', cookiePath: '/' }, hashOnFallback: { input: 'ip' } }),
  },
  'KongUpstreamPolicy spec: hashOnFallback must differ from hashOn': {
    accepted: hashing({ hashOn: { header: 'x' }, hashOnFallback: { header: 'y' } }),
    refused: hashing({ hashOn: { header: 'x' }, hashOnFallback: { header: 'x' } }),
  },
  'KongUpstreamPolicy spec: stickySessions belongs to the algorithm sticky-sessions, which needs it': {
    accepted: policy({ algorithm: 'sticky-sessions', stickySessions: sticky, hashOn: { input: 'none' } }),
    refused: policy({ algorithm: 'round-robin', stickySessions: sticky }),
  },
  'KongUpstreamPolicy spec: hashOn.input must be none for the algorithm sticky-sessions': {
    accepted: policy({ algorithm: 'sticky-sessions', stickySessions: sticky, hashOn: { input: 'none' } }),
    refused: policy({ algorithm: 'sticky-sessions', stickySessions: sticky, hashOn: { input: 'ip' } }),
  },
  'KongUpstreamPolicy spec.hashOn: must give exactly one of input, header, cookie, queryArg, uriCapture': {
    accepted: hashing({ hashOn: { uriCapture: 'id' } }),
    refused: hashing({ hashOn: { header: 'x', queryArg: 'q' } }),
  },
  'KongUpstreamPolicy spec.hashOn: must give cookie and cookiePath together': {
    accepted: hashing({ hashOn: { cookie: 'c', cookiePath: '/' } }),
    refused: hashing({ hashOn: { cookie: 'c' } }),
  },
  'KongUpstreamPolicy spec.hashOnFallback: must give exactly one of input, header, cookie, queryArg, uriCapture':
    {
      accepted: hashing({ hashOn: { header: 'x' }, hashOnFallback: { uriCapture: 'id' } }),
      refused: hashing({ hashOn: { header: 'x' }, hashOnFallback: { header: 'y', queryArg: 'q' } }),
    },
  'KongUpstreamPolicy spec.hashOnFallback: must give cookie and cookiePath together': {
    accepted: hashing({ hashOn: { header: 'x' }, hashOnFallback: { cookie: 'c', cookiePath: '/' } }),
    refused: hashing({ hashOn: { header: 'x' }, hashOnFallback: { cookie: 'c' } }),
  },
};
