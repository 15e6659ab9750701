{{/* A Role and its binding. Takes a list: the context, the namespace, the end of the name, and the rules. */}}
{{- define "silverback.role" -}}
{{- $context := index . 0 -}}
{{- $name := printf "%s-%s" (include "silverback.fullname" $context) (index . 2) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ index . 1 }}
  labels:
    {{- include "silverback.labels" (list $context "controller") | nindent 4 }}
rules:
  {{- index . 3 | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ index . 1 }}
  labels:
    {{- include "silverback.labels" (list $context "controller") | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "silverback.serviceAccountName" $context }}
    namespace: {{ $context.Release.Namespace }}
{{ end -}}
