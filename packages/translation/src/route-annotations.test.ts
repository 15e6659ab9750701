import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function routeWith(annotations: Record<string, string>, host?: string) {
  const ingress = ingressYaml({
    annotations,
    paths: { '/': 'shop:80' },
    ...(host === undefined ? {} : { host }),
  });
  const fragments = fragmentsOf(documents(ingress, serviceYaml('shop', { ports: [{ port: 80 }] })));
  return {
    route: partsOf(fragments, 'route')[0]?.entity,
    problems: problemsOf(fragments),
    services: partsOf(fragments, 'service').length,
  };
}

test.each([
  ['konghq.com/strip-path', 'true', { strip_path: true }],
  ['konghq.com/preserve-host', 'False', { preserve_host: false }],
  ['konghq.com/request-buffering', 'false', { request_buffering: false }],
  ['konghq.com/response-buffering', 'false', { response_buffering: false }],
  ['konghq.com/regex-priority', '-7', { regex_priority: -7 }],
  ['konghq.com/path-handling', 'v1', { path_handling: 'v1' }],
  ['konghq.com/https-redirect-status-code', '308', { https_redirect_status_code: 308 }],
  ['konghq.com/methods', 'get, Post', { methods: ['GET', 'POST'] }],
  ['konghq.com/protocols', 'https', { protocols: ['https'] }],
  ['konghq.com/protocols', 'grpcs,grpc', { protocols: ['grpcs', 'grpc'] }],
  ['konghq.com/snis', 'a.test,b.test', { snis: ['a.test', 'b.test'] }],
  ['konghq.com/host-aliases', '*.b.test, c.test', { hosts: ['*.b.test', 'c.test'] }],
  ['konghq.com/headers.x-version', 'v1, v2', { headers: { 'x-version': ['v1', 'v2'] } }],
  [
    'ingress.kubernetes.io/force-ssl-redirect',
    'true',
    { https_redirect_status_code: 302, protocols: ['https'] },
  ],
])('%s: %s is a field of the route', (name, value, fields) => {
  const { route, problems } = routeWith({ [name]: value });
  expect(problems).toEqual([]);
  expect(route).toMatchObject(fields);
});

test.each([
  ['konghq.com/request-buffering', 'true'],
  ['konghq.com/response-buffering', 'true'],
  ['konghq.com/regex-priority', '0'],
  ['konghq.com/path-handling', 'v0'],
  ['konghq.com/https-redirect-status-code', '426'],
  ['ingress.kubernetes.io/force-ssl-redirect', 'false'],
])('%s: %s is what Kong does anyway, and is left out', (name, value) => {
  expect(routeWith({ [name]: value })).toEqual(routeWith({}));
});

test.each([
  ['konghq.com/strip-path', 'yes', 'must be true or false'],
  ['konghq.com/request-buffering', '', 'must be true or false'],
  ['konghq.com/regex-priority', '1.5', 'must be an integer of 32 bits'],
  ['konghq.com/path-handling', 'v2', 'must be v0 or v1'],
  ['konghq.com/https-redirect-status-code', '200', 'must be one of 301, 302, 307, 308, 426'],
  ['konghq.com/regex-prefix', '~', 'must begin with / and not end with it'],
])('%s: %j is a problem and ignored', (name, value, message) => {
  const { route, problems } = routeWith({ [name]: value });
  expect(route).toEqual(routeWith({}).route);
  expect(problems).toEqual([
    `error AnnotationInvalid Ingress/web metadata.annotations["${name}"]: ${message}; the annotation is ignored`,
  ]);
});

test.each([
  ['konghq.com/methods', 'GET,P-T', '"P-T" is not an HTTP method'],
  ['konghq.com/methods', ' , ', 'must name an HTTP method'],
  ['konghq.com/protocols', 'https,htps', '"htps" is not one of http, https, grpc, grpcs'],
  ['konghq.com/protocols', 'tls_passthrough', '"tls_passthrough" is not one of'],
  ['konghq.com/snis', '*.a.test', '"*.a.test" is not a host name'],
  ['konghq.com/host-aliases', 'a.*.test', '"a.*.test" is not a host name, with or without a * at one end'],
  ['konghq.com/headers.x-version', '', 'must hold a value'],
  ['konghq.com/headers.host', 'a.test', 'cannot match the header Host'],
  ['konghq.com/headers.x.y', 'a', 'does not end with the name of a header'],
  ['konghq.com/headers-separator', '', 'must not be empty'],
  ['ingress.kubernetes.io/force-ssl-redirect', 'yes', 'must be true or false'],
])(
  '%s: %j would let more through if it were ignored, so nothing of the Ingress is served',
  (name, value, message) => {
    const { route, problems, services } = routeWith({ [name]: value });
    expect(route).toBeUndefined();
    expect(services).toBe(0);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`error AnnotationInvalid Ingress/web metadata.annotations["${name}"]: `);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain('the routes of the Ingress are left out');
  },
);

test.each([
  ['konghq.com/override', 'AnnotationNotSupported', 'has had no effect on an Ingress since Kong 3.0'],
  ['konghq.com/strippath', 'AnnotationUnknown', 'has no effect on an Ingress'],
  ['konghq.com/connect-timeout', 'AnnotationUnknown', 'has no effect on an Ingress'],
])('%s is a warning', (name, code, message) => {
  const { route, problems } = routeWith({ [name]: '/x' });
  expect(route).toEqual(routeWith({}).route);
  expect(problems).toEqual([
    `warning ${code} Ingress/web metadata.annotations["${name}"]: ${message}; the annotation is ignored`,
  ]);
});

test('annotations of others are none of our business', () => {
  expect(
    routeWith({ 'nginx.ingress.kubernetes.io/rewrite-target': '/', 'example.com/x': 'y' }).problems,
  ).toEqual([]);
});

test('hosts of the rule and aliases stand side by side', () => {
  expect(routeWith({ 'konghq.com/host-aliases': 'b.test,a.test' }, 'a.test').route?.hosts).toEqual([
    'a.test',
    'b.test',
  ]);
});

test('the values of headers can be separated by another text', () => {
  const { route } = routeWith({ 'konghq.com/headers.accept': 'a,b; c', 'konghq.com/headers-separator': ';' });
  expect(route?.headers).toEqual({ accept: ['a,b', 'c'] });
});

test.each([
  ['grpc beside http is http', { 'konghq.com/protocols': 'grpc,http' }, ['http']],
  ['grpcs beside http is https', { 'konghq.com/protocols': 'http,grpcs' }, ['http', 'https']],
  [
    'a redirect to HTTPS leaves no protocol in clear text',
    { 'ingress.kubernetes.io/force-ssl-redirect': 'true', 'konghq.com/protocols': 'http,https' },
    ['https'],
  ],
  [
    'a redirect of gRPC leaves grpcs',
    { 'ingress.kubernetes.io/force-ssl-redirect': 'true', 'konghq.com/protocols': 'grpc' },
    ['grpcs'],
  ],
])('%s', (_rule, annotations: Record<string, string>, protocols) => {
  const { route, problems } = routeWith(annotations);
  expect(problems).toEqual([]);
  expect(route?.protocols).toEqual(protocols);
});

test('a status code of its own takes the place of the one of the redirect', () => {
  const { route } = routeWith({
    'ingress.kubernetes.io/force-ssl-redirect': 'true',
    'konghq.com/https-redirect-status-code': '301',
  });
  expect(route?.https_redirect_status_code).toBe(301);
});

test('the path of gRPC is never stripped', () => {
  const { route, problems } = routeWith({ 'konghq.com/protocols': 'grpc', 'konghq.com/strip-path': 'true' });
  expect(route?.strip_path).toBe(false);
  expect(problems).toEqual([expect.stringContaining('cannot be true for gRPC')]);
});

test('methods with gRPC, and server names without TLS, are contradictions: nothing is served', () => {
  const methods = routeWith({ 'konghq.com/protocols': 'grpc', 'konghq.com/methods': 'GET' });
  const snis = routeWith({ 'konghq.com/protocols': 'http', 'konghq.com/snis': 'a.test' });
  expect([methods.route, snis.route]).toEqual([undefined, undefined]);
  expect(methods.problems).toEqual([expect.stringContaining('cannot be given for gRPC')]);
  expect(snis.problems).toEqual([expect.stringContaining('needs a protocol over TLS')]);
});

test('another marker of regular expressions is taken from the annotation', () => {
  const annotations = { 'konghq.com/regex-prefix': '/@' };
  const ingress = ingressYaml({ annotations, paths: { '/@/v[0-9]': 'shop:80' } });
  expect(partsOf(fragmentsOf(ingress), 'route')[0]?.entity.paths).toEqual(['~/v[0-9]/', '~/v[0-9]$']);
});
