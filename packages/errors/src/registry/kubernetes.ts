import type { CodeTable } from '../definition.ts';

export const kubernetesCodes = {
  KubernetesConfigInvalid: {
    kind: 'error',
    summary: 'How to reach the API server can not be read from the kubeconfig or the pod.',
    advice:
      'Correct source.kubernetes.kubeconfig and source.kubernetes.context, or run in a pod with a service account.',
  },
  KubernetesUnreachable: {
    kind: 'error',
    summary: 'The API server gave no answer.',
    advice: 'Check the address of the API server, the network policies, and the certificate authority.',
  },
  KubernetesRefused: {
    kind: 'error',
    summary: 'The API server refused a request.',
    advice: 'Follow what the API server says; Forbidden means that a role lacks a verb.',
  },
  KubernetesAnswerInvalid: {
    kind: 'error',
    summary: 'An answer of the API server is not what the Kubernetes API demands.',
    advice: 'Look for a proxy or gateway between Silverback and the API server that answers in its place.',
  },
  DefinitionFieldsMissing: {
    kind: 'problem',
    summary: 'A CustomResourceDefinition of the cluster lacks fields that Silverback reads or writes.',
    advice:
      'Apply the CustomResourceDefinition of deploy/crds, if nobody else looks after it; objects are to be applied again afterwards.',
  },
  KubernetesWatchFailing: {
    kind: 'problem',
    summary: 'Resources of a kind can not be listed or watched.',
    advice: 'Follow what the message says; what was seen last is served until it is mended.',
  },
  KubernetesObjectInvalid: {
    kind: 'problem',
    summary: 'An object of the cluster can not be used at all.',
    advice: 'Correct the field that the message names.',
  },
} as const satisfies CodeTable;
