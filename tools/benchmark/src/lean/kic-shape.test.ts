import { countEntities, kicShaped } from './kic-shape.ts';

const OURS = {
  _format_version: '3.0',
  certificates: [{ id: 'c', cert: 'C', key: 'K', snis: [{ id: 's', name: 'shop.example' }] }],
  services: [
    {
      id: '1',
      name: 'shop.cart.80',
      host: 'cart.shop.80.svc',
      port: 80,
      protocol: 'http',
      plugins: [{ id: 'p', name: 'cors', config: { origins: [{}] } }],
      routes: [{ id: 'r', name: 'shop.i.cart..80', paths: ['/'], plugins: [{ id: 'q', name: 'acl' }] }],
    },
    { id: '2', name: 'shop.far.443', host: 'far.example', port: 443, protocol: 'https', tags: ['t'] },
  ],
  upstreams: [
    { id: 'u', name: 'cart.shop.80.svc', targets: [{ id: 't', target: '10.0.0.1:80' }] },
    { id: 'm', name: 'silverback-revision', targets: [{ id: 'n', target: '[fd00::1]:1' }] },
  ],
};

test('the shape of the other controller: defaults, an upstream for each service, plugins apart', () => {
  const timeouts = { connect_timeout: 60_000, read_timeout: 60_000, write_timeout: 60_000, retries: 5 };
  expect(kicShaped(OURS)).toEqual({
    _format_version: '3.0',
    certificates: [
      { id: 'c', cert: 'C', key: 'K', snis: [{ name: 'shop.example', certificate: { id: 'c' } }] },
    ],
    plugins: [
      { id: 'p', name: 'cors', config: { origins: [{}] }, service: 'shop.cart.80' },
      { id: 'q', name: 'acl', route: 'shop.i.cart..80' },
    ],
    services: [
      {
        ...timeouts,
        id: '1',
        name: 'shop.cart.80',
        host: 'cart.shop.80.svc',
        port: 80,
        protocol: 'http',
        routes: [
          {
            https_redirect_status_code: 426,
            path_handling: 'v0',
            regex_priority: 0,
            request_buffering: true,
            response_buffering: true,
            id: 'r',
            name: 'shop.i.cart..80',
            paths: ['/'],
          },
        ],
      },
      {
        ...timeouts,
        id: '2',
        name: 'shop.far.443',
        host: 'far.shop.443.svc',
        port: 443,
        protocol: 'https',
        tags: ['t'],
      },
    ],
    upstreams: [
      { algorithm: 'round-robin', name: 'cart.shop.80.svc', targets: [{ target: '10.0.0.1:80' }] },
      {
        algorithm: 'round-robin',
        name: 'far.shop.443.svc',
        tags: ['t'],
        targets: [{ target: 'far.example:443', tags: ['t'] }],
      },
    ],
  });
});

test('nested entities count, and what stands in the configuration of a plugin does not', () => {
  expect(countEntities(OURS)).toBe(11);
});
