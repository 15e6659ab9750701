/** A minimal settings file, as a value. */
export function validSettings(): Record<string, unknown> {
  return {
    source: { directory: { path: 'manifests' } },
    fleets: [
      {
        name: 'edge',
        discovery: [{ static: { proxies: ['https://10.0.0.7:8444'] } }],
        adminApi: { tls: { caFile: 'ca.crt' } },
      },
    ],
  };
}
