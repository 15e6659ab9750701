import { documents } from './testing/ingress-yaml.ts';
import { fragmentsOf } from './testing/manifests.ts';

function isTaken(
  annotation: string | undefined,
  className: string | undefined,
  defaultClass?: string,
): boolean {
  const annotations = annotation === undefined ? {} : { 'kubernetes.io/ingress.class': annotation };
  const spec = className === undefined ? {} : { ingressClassName: className };
  const metadata = { name: 'web', namespace: 'shop', annotations };
  const ingress = JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec });
  const ingressClass = JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: defaultClass, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'silverback.dev/ingress' },
  });
  return fragmentsOf(documents(ingress, ...(defaultClass === undefined ? [] : [ingressClass]))).has(
    'Ingress/shop/web',
  );
}

test.each([
  ['the annotation names our class', 'kong', undefined, undefined, true],
  ['the annotation names another class', 'nginx', undefined, undefined, false],
  ['the spec names our class', undefined, 'kong', undefined, true],
  ['the spec names another class', undefined, 'nginx', undefined, false],
  ['annotation and spec disagree: the annotation decides', 'kong', 'nginx', undefined, true],
  ['annotation and spec disagree: the annotation decides against us', 'nginx', 'kong', undefined, false],
  ['the annotation is empty: the spec decides', '', 'kong', undefined, true],
  ['neither names a class', undefined, undefined, undefined, false],
  ['neither names a class and ours is the default', undefined, undefined, 'kong', true],
  ['neither names a class and another is the default', undefined, undefined, 'nginx', false],
  ['another class is named and ours is the default', undefined, 'nginx', 'kong', false],
])('%s', (_case, annotation, className, defaultClass, taken) => {
  expect(isTaken(annotation, className, defaultClass)).toBe(taken);
});
