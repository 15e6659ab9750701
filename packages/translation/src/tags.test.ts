import type { Metadata } from '@silverback/cluster-state';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';

function tagged(metadata: Partial<Metadata>, kind: 'Ingress' | 'Secret' = 'Ingress') {
  const whole = {
    namespace: 'shop',
    name: 'web',
    uid: '',
    creationTimestamp: '',
    annotations: {},
    labels: {},
    ...metadata,
  };
  const problems = new ProblemList({ kind, namespace: 'shop', name: 'web' });
  return { tags: tagsOf(kind, whole, problems), problems: problems.problems };
}

test('tags name the object, with its UID where it is known and its group where it has one', () => {
  expect(tagged({ uid: 'u-1' }).tags).toEqual([
    'k8s-name:web',
    'k8s-namespace:shop',
    'k8s-kind:Ingress',
    'k8s-uid:u-1',
    'k8s-group:networking.k8s.io',
    'k8s-version:v1',
  ]);
  expect(tagged({}, 'Secret').tags).toEqual([
    'k8s-name:web',
    'k8s-namespace:shop',
    'k8s-kind:Secret',
    'k8s-version:v1',
  ]);
});

test('tags of the user come last, in their order, each once', () => {
  const { tags, problems } = tagged({ annotations: { 'konghq.com/tags': 'team-b, team-a,,team-b' } });
  expect(tags.slice(-2)).toEqual(['team-b', 'team-a']);
  expect(tags).toHaveLength(7);
  expect(problems).toEqual([]);
});

test.each([
  ['k8s-uid:1234', 'begins with k8s-, which is reserved'],
  ['a/b', 'holds a character that Kong does not take in a tag'],
])('the tag %s is left out with a problem', (tag, message) => {
  const { tags, problems } = tagged({ annotations: { 'konghq.com/tags': `${tag},good` } });
  expect(tags).toEqual([...tagged({}).tags, 'good']);
  expect(problems).toMatchObject([
    {
      code: 'TagInvalid',
      severity: 'error',
      field: 'metadata.annotations["konghq.com/tags"]',
      message: `${JSON.stringify(tag)} ${message}`,
    },
  ]);
});
