import { renderChart, runHelm, CHART, type RenderedObject } from '../render.ts';
import { mistakesIn } from '../testing/kubernetes-models.ts';
import { VARIANTS } from '../testing/variants.ts';
import { testWithHelm } from '../testing/with-helm.ts';

const CLUSTER_SCOPED = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'IngressClass'];

interface Labels {
  readonly matchLabels: Readonly<Record<string, string>>;
}
interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly securityContext: object;
    readonly containers: readonly { readonly securityContext: object; readonly ports: readonly object[] }[];
  };
}
interface Workload {
  readonly replicas?: number;
  readonly strategy: { readonly type: string };
  readonly selector: Labels;
  readonly template: PodTemplate;
}

function ofKind(objects: readonly RenderedObject[], kind: string): readonly RenderedObject[] {
  return objects.filter((object) => object.kind === kind);
}

function workloads(objects: readonly RenderedObject[]): readonly Workload[] {
  return ofKind(objects, 'Deployment').map((object) => object['spec'] as Workload);
}

describe.each(Object.entries(VARIANTS))('with values for %s', (_about, values) => {
  testWithHelm('Helm finds nothing to complain about', () => {
    const { status, stdout } = runHelm(['lint', CHART, '--strict', '--values', '-'], JSON.stringify(values));
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.not.stringMatching(/\[(WARNING|ERROR)\]/) as unknown,
    });
  });

  testWithHelm('every object is one that Kubernetes knows, field by field', async () => {
    const objects = renderChart({ values }).filter(({ kind }) => kind !== 'CustomResourceDefinition');
    const mistakes = await Promise.all(objects.map(mistakesIn));
    expect(mistakes.flat()).toEqual([]);
  });

  testWithHelm('no two objects are the same, and each says where it belongs', () => {
    const objects = renderChart({ values, namespace: 'system' });
    const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect([...new Set(ids)]).toEqual(ids);
    for (const { kind, metadata } of objects) {
      expect([kind, metadata.namespace === undefined]).toEqual([kind, CLUSTER_SCOPED.includes(kind)]);
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/instance': 'silverback',
        'app.kubernetes.io/managed-by': 'Helm',
      });
    }
  });

  testWithHelm('selectors select exactly the pods of one workload', () => {
    const objects = renderChart({ values });
    const pods = workloads(objects).map(({ template }) => template.metadata.labels);
    const selected = (selector: Readonly<Record<string, string>>) =>
      pods.filter((labels) => Object.entries(selector).every(([key, value]) => labels[key] === value));
    const selectors = [
      ...workloads(objects).map(({ selector }) => selector.matchLabels),
      ...ofKind(objects, 'Service').map(
        (object) => (object['spec'] as { readonly selector: Labels['matchLabels'] }).selector,
      ),
      ...ofKind(objects, 'PodDisruptionBudget').map(
        (object) => (object['spec'] as { readonly selector: Labels }).selector.matchLabels,
      ),
      ...ofKind(objects, 'NetworkPolicy').map(
        (object) => (object['spec'] as { readonly podSelector: Labels }).podSelector.matchLabels,
      ),
    ];
    expect(selectors.map((selector) => selected(selector).length)).toEqual(selectors.map(() => 1));
  });

  testWithHelm('no pod may do more than the restricted standard for pods allows', () => {
    for (const { template } of workloads(renderChart({ values }))) {
      expect(template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext } of template.spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });
});

testWithHelm('without leader election there is one controller, and never a second one for a moment', () => {
  const objects = renderChart({ values: VARIANTS['no leader election'] ?? {} });
  expect(workloads(objects)).toMatchObject([{ replicas: 1, strategy: { type: 'Recreate' } }]);
  expect(ofKind(objects, 'PodDisruptionBudget')).toEqual([]);
});

testWithHelm('with leader election there are two, of which one may be away', () => {
  const objects = renderChart();
  expect(workloads(objects)).toMatchObject([{ replicas: 2, strategy: { type: 'RollingUpdate' } }]);
  expect(ofKind(objects, 'PodDisruptionBudget')).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
});

testWithHelm('pods are replaced when the settings change, and only then', () => {
  const checksum = (values: object) =>
    JSON.stringify(ofKind(renderChart({ values }), 'Deployment')[0]).match(
      /"checksum\/settings":"(\w+)"/,
    )?.[1];
  expect(checksum({ settings: { log: { level: 'debug' } } })).not.toBe(checksum({}));
  expect(checksum({ crds: { install: false } })).toBe(checksum({}));
});
