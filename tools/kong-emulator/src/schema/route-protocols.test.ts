import type { JsonRecord } from '../json.ts';
import { errorsOf, withMatchers } from '../testing/schema-errors.ts';

const route = (protocols: string[], fields: JsonRecord = {}): JsonRecord => ({
  name: 'r',
  protocols,
  ...fields,
});
const STREAM = "'tcp', 'tls', 'tls_passthrough' or 'udp'";

test.each<[JsonRecord]>([
  [route(['tcp'], { destinations: [{ port: 9000 }] })],
  [route(['tcp', 'tls'], { sources: [{ ip: '10.0.0.0/8' }], destinations: [{ ip: '::1', port: 1 }] })],
  [route(['tls'], { snis: ['a.test'] })],
  [route(['udp'], { destinations: [{ port: 53 }] })],
  [route(['tls_passthrough'], { snis: ['*.a.test'] })],
  [route(['grpc', 'grpcs'], { paths: ['/pkg.Service/'] })],
  [route(['https'], { snis: ['a.*'] })],
])('%j is valid', (value) => {
  expect(errorsOf('routes', value)).toEqual({});
});

test.each<[JsonRecord, object]>([
  [
    route(['https', 'tcp'], { paths: ['/'] }),
    { protocols: "these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp')" },
  ],
  [
    route(['http'], { paths: ['/'], sources: [{ ip: '10.0.0.1' }], destinations: [{ port: 1 }] }),
    {
      sources: "cannot set 'sources' when 'protocols' is 'http' or 'https'",
      destinations: "cannot set 'destinations' when 'protocols' is 'http' or 'https'",
    },
  ],
  [
    route(['tcp'], {
      destinations: [{ port: 1 }],
      paths: ['/'],
      hosts: ['a'],
      methods: ['GET'],
      headers: { a: ['b'] },
    }),
    Object.fromEntries(
      ['paths', 'hosts', 'methods', 'headers'].map((field) => [
        field,
        `cannot set '${field}' when 'protocols' is ${STREAM}`,
      ]),
    ),
  ],
  [
    route(['tcp']),
    { '@entity': [/^must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp'/] },
  ],
  [route(['tls_passthrough']), { '@entity': ["must set snis when 'protocols' is 'tls_passthrough'"] }],
  [
    route(['http'], { paths: ['/'], snis: ['a'] }),
    {
      '@entity': ["'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"],
    },
  ],
  [
    route(['grpc'], { paths: ['/'], methods: ['POST'] }),
    { methods: "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'" },
  ],
  [
    route(['tcp'], { destinations: [{ ip: '10.0.0.0/33' }] }),
    { destinations: [{ ip: "invalid ip or cidr range: '10.0.0.0/33'" }] },
  ],
  [
    route(['udp'], { sources: [{}] }),
    { sources: [/at least one of these fields must be non-empty: 'ip', 'port'/] },
  ],
  [
    route(['https'], { paths: ['/'], https_redirect_status_code: 404 }),
    { https_redirect_status_code: /^expected one of: 426/ },
  ],
  [route(['https'], { snis: ['a.*.b'] }), { snis: ['wildcard must be leftmost or rightmost character'] }],
  [route(['https'], { snis: ['*.a.*'] }), { snis: ['only one wildcard must be specified'] }],
])('%j is refused', (value, expected) => {
  const errors = errorsOf('routes', value);
  expect(errors).toMatchObject(withMatchers(expected) as object);
});

const expression = (text: string, more: JsonRecord = {}): JsonRecord =>
  route(['http'], { expression: text, ...more });

test.each<[JsonRecord, RegExp]>([
  [expression('http.path = "/"'), /^ --> 1:11\n/],
  [expression('http.path == 1'), /^Type mismatch between the LHS and RHS values of predicate$/],
  [expression('http.path ~ "a(?!b)"'), /look-around/],
  [expression('http.path == "/"', { hosts: ['a'] }), /^cannot set 'expression' with 'methods', 'hosts'/],
  [expression('http.path == "/"', { regex_priority: 1 }), /^cannot set 'regex_priority' with 'expression'/],
  [route(['http'], { hosts: ['a'], priority: 1 }), /^cannot set 'priority' with 'methods', 'hosts'/],
  [route(['tls'], { expression: 'http.path == "/"' }), /^Unknown LHS field$/],
])('the expressions flavour refuses %j', (value, message) => {
  const [error] = errorsOf('routes', value, { flavor: 'expressions' })['@entity'] as string[];
  expect(error).toMatch(/^Router Expression failed validation: /);
  expect(error?.slice('Router Expression failed validation: '.length)).toMatch(message);
});

test('the expressions flavour bounds priorities', () => {
  const priority = (value: number) =>
    errorsOf('routes', expression('http.path == "/"', { priority: value }), { flavor: 'expressions' });
  expect(priority(2 ** 46 - 1)).toEqual({});
  expect(priority(2 ** 46)).toHaveProperty('priority');
});

test('a look-ahead in a path is taken by PCRE, and refused by routers that run on expressions', () => {
  const value = route(['http'], { paths: ['~/a(?!b)'] });
  expect(errorsOf('routes', value)).toEqual({});
  expect(errorsOf('routes', value, { flavor: 'traditional_compatible' })['@entity']).toEqual([
    expect.stringMatching(/^Router Expression failed validation: [^]*look-around/),
  ]);
});
