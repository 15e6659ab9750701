import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderChart, type RenderedObject } from '../render.ts';
import { VARIANTS } from '../testing/variants.ts';
import { testWithHelm } from '../testing/with-helm.ts';

const SILVERBACK = fileURLToPath(new URL('../../../../apps/controller/bin/silverback.mjs', import.meta.url));

interface Container {
  readonly args: readonly string[];
  readonly volumeMounts: readonly Mount[];
}
interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}
interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly projected?: { readonly sources: readonly { readonly secret: SecretFiles }[] };
}
interface SecretFiles {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silverback-chart-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The Secrets that someone would bring: everything that a pod mounts, with the certificates of the chart's gateway. */
function broughtSecrets(): Readonly<Record<string, string>> {
  const objects = renderChart({ values: { gateway: { enabled: true } } });
  const secret = objects.find(({ metadata }) => metadata.name === 'silverback-edge-controller');
  const data = secret?.['data'] as Readonly<Record<string, string>>;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return { ...(Object.fromEntries(decoded) as Record<string, string>), token: 'abc', value: 'abc' };
}

function controllerPod(objects: readonly RenderedObject[]) {
  const deployment = objects.find(
    ({ kind, metadata }) =>
      kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/component'] === 'controller',
  );
  const { template } = deployment?.['spec'] as {
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly volumes: readonly Volume[] };
    };
  };
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error('the controller has no container');
  return { container, volumes: template.spec.volumes };
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Lays out the files as the kubelet would, below `folder` instead of the root. */
function layOut(objects: readonly RenderedObject[]): readonly string[] {
  const { container, volumes } = controllerPod(objects);
  const secrets = broughtSecrets();
  for (const { name, mountPath, subPath } of container.volumeMounts) {
    const volume = volumes.find((candidate) => candidate.name === name);
    const configMap = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume?.configMap?.name,
    );
    const data = (configMap?.['data'] ?? {}) as Readonly<Record<string, string>>;
    if (subPath !== undefined) write(join(folder, mountPath), below(data[subPath] ?? ''));
    for (const { secret } of volume?.projected?.sources ?? []) {
      for (const { key, path } of secret.items) write(join(folder, mountPath, path), secrets[key] ?? '');
    }
  }
  return container.args;
}

/** The paths of the pod are absolute. */
function below(settings: string): string {
  return settings.replaceAll('/etc/silverback', join(folder, 'etc/silverback'));
}

function checkConfig(path: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SILVERBACK, 'check-config', path], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { status, stdout, stderr };
}

describe.each(Object.entries(VARIANTS))('with values for %s', (_about, values) => {
  testWithHelm('the controller accepts the settings and credentials that its pod finds', () => {
    const args = layOut(renderChart({ values }));
    expect(args.slice(0, 2)).toEqual(['run', '--config']);
    expect(checkConfig(join(folder, args[2] ?? ''))).toEqual({ status: 0, stdout: 'OK\n', stderr: '' });
  });
});

testWithHelm('settings that contradict each other are told of by the controller', () => {
  const settings = { leaderElection: { leaseDuration: '5s' } };
  const args = layOut(renderChart({ values: { settings } }));
  const path = join(folder, args[2] ?? '');
  expect(readFileSync(path, 'utf8')).toContain('leaseDuration: 5s');
  expect(checkConfig(path)).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('leaderElection.renewDeadline') as unknown,
  });
});
