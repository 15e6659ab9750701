import { withCluster, type Seen } from '../testing/cluster.ts';

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

test(
  'tells groups, versions and resources one document after another',
  withCluster(async (cluster) => {
    expect((await cluster.ask('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const groups = (await cluster.ask('/apis')).body['groups'] as unknown as { name: string }[];
    expect(groups.map(({ name }) => name)).toEqual([
      'apps',
      'discovery.k8s.io',
      'networking.k8s.io',
      'coordination.k8s.io',
      'events.k8s.io',
      'apiextensions.k8s.io',
    ]);
    const { body } = await cluster.ask('/apis/networking.k8s.io/v1');
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'networking.k8s.io/v1' });
    expect((body['resources'] as unknown as { name: string }[]).map(({ name }) => name)).toEqual([
      'ingresses',
      'ingresses/status',
      'ingressclasses',
    ]);
  }),
);

test(
  'tells all at once to who asks for that, and says so in the content type',
  withCluster(async (cluster) => {
    const answer = await cluster.ask('/apis', { accept: AGGREGATED });
    expect(answer.headers.get('content-type')).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    const items = answer.body['items'] as unknown as Seen[];
    const networking = items.find((item) => (item['metadata']?.['name'] as unknown) === 'networking.k8s.io');
    expect(networking).toMatchObject({
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource: 'ingresses',
              scope: 'Namespaced',
              responseKind: { kind: 'Ingress' },
              subresources: [{ subresource: 'status' }],
            },
            { resource: 'ingressclasses', scope: 'Cluster' },
          ],
        },
      ],
    });
  }),
);

test(
  'tells its version and health to anybody, and nothing else',
  withCluster(async (cluster) => {
    const token = 'unknown';
    expect((await cluster.ask('/version', { token })).body).toMatchObject({ major: '1' });
    expect((await cluster.ask('/readyz', { token })).body).toBe('ok');
    expect((await cluster.ask('/apis', { token })).status).toBe(401);
    expect((await cluster.ask('/metrics')).status).toBe(404);
  }),
);

test(
  'has OpenAPI documents of each group version, in which writes may ask for a check of fields',
  withCluster(async (cluster) => {
    const { body } = await cluster.ask('/openapi/v3');
    const { serverRelativeURL } = body['paths']?.['apis/networking.k8s.io/v1'] as unknown as {
      serverRelativeURL: string;
    };
    const document = await cluster.ask(serverRelativeURL);
    const path = '/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses/{name}';
    const parameters = document.body['paths']?.[path]?.['patch']?.['parameters'] as unknown as {
      name: string;
    }[];
    expect(parameters.map(({ name }) => name)).toContain('fieldValidation');
    expect((await cluster.ask('/openapi/v3/apis/example.com/v1')).status).toBe(404);
  }),
);
