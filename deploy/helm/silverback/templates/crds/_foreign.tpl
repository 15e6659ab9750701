{{/*
Whether an object of the cluster exists that this release has not made: Helm signs what it makes with the release.
Takes a list: the context, and what `lookup` found.
*/}}
{{- define "silverback.isForeign" -}}
{{- $context := index . 0 -}}
{{- $object := index . 1 -}}
{{- if empty $object -}}
false
{{- else -}}
{{- $annotations := default dict $object.metadata.annotations -}}
{{- $isOurs := and
      (eq (default "" (index $annotations "meta.helm.sh/release-name")) $context.Release.Name)
      (eq (default "" (index $annotations "meta.helm.sh/release-namespace")) $context.Release.Namespace) -}}
{{- not $isOurs -}}
{{- end -}}
{{- end -}}

{{/* The names of the chart's CustomResourceDefinitions that the cluster has from elsewhere, as a list. */}}
{{- define "silverback.foreignDefinitions" -}}
{{- $names := list -}}
{{- range $path, $_ := .Files.Glob "files/crds/*.yaml" -}}
{{- $name := ($.Files.Get $path | fromYaml).metadata.name -}}
{{- $existing := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name -}}
{{- if eq (include "silverback.isForeign" (list $ $existing)) "true" -}}
{{- $names = append $names $name -}}
{{- end -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}
