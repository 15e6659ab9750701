import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyManifests, rewriteEndpointPorts } from './manifests.ts';
import { EXAMPLE_BACKEND_PORTS } from './ports.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'shop');

const SERVICE_AND_SLICE = `# port: 18081
kind: Service
spec:
  ports:
    - port: 18081
---
kind: EndpointSlice
ports:
  - name: http
    port: 18081
  - port: 18082 
---
kind: Ingress
port: 18081
`;

test('only the ports of EndpointSlices are replaced', () => {
  const rewritten = rewriteEndpointPorts(SERVICE_AND_SLICE, new Map([[18081, 5001]]));
  expect(rewritten).toBe(SERVICE_AND_SLICE.replace('    port: 18081\n  - port', '    port: 5001\n  - port'));
});

test('two ports can be exchanged', () => {
  const slice = 'kind: EndpointSlice\nports:\n  - port: 1\n  - port: 2\n';
  const exchanged = new Map([
    [1, 2],
    [2, 1],
  ]);
  expect(rewriteEndpointPorts(slice, exchanged)).toBe(
    'kind: EndpointSlice\nports:\n  - port: 2\n  - port: 1\n',
  );
});

describe('a copy of examples/shop', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'silverback-demo-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('names the real ports everywhere and differs in nothing else', () => {
    const ports = new Map(EXAMPLE_BACKEND_PORTS.map((port, index) => [port, 5001 + index]));
    copyManifests(EXAMPLE, folder, ports);
    const manifests = readdirSync(EXAMPLE).filter((file) => file.endsWith('.yaml'));
    const read = (from: string): string =>
      manifests.map((file) => readFileSync(join(from, file), 'utf8')).join();
    expect(read(folder)).not.toMatch(/1808[12]/);
    expect(read(folder)).toBe(read(EXAMPLE).replaceAll('18081', '5001').replaceAll('18082', '5002'));
  });
});
