{{/*
The certificates of both sides, by `proxy` and `controller`: those of the cluster, as long as both Secrets exist, else new
ones of a new CA. Kept for the whole rendering, because each call would make others.
*/}}
{{- define "silverback.gateway.pki" -}}
{{- if not (hasKey .Values.gateway.tls "made") -}}
{{- $proxy := lookup "v1" "Secret" .Release.Namespace (include "silverback.gateway.secretName" .) -}}
{{- $controller := lookup "v1" "Secret" .Release.Namespace (include "silverback.credentialsSecret" (list . .Values.gateway.fleet)) -}}
{{- if or (and $proxy (not $controller) (eq (include "silverback.isForeign" (list . $proxy)) "true")) (and $controller (not $proxy) (eq (include "silverback.isForeign" (list . $controller)) "true")) -}}
{{- fail (printf "of the Secrets %s and %s only one exists, and it comes from elsewhere: bring both, or neither" (include "silverback.gateway.secretName" .) (include "silverback.credentialsSecret" (list . .Values.gateway.fleet))) -}}
{{- end -}}
{{- if and $proxy $controller -}}
{{- $_ := set .Values.gateway.tls "made" (dict "proxy" $proxy.data "controller" $controller.data) -}}
{{- else -}}
{{- $days := int .Values.gateway.tls.days -}}
{{- $ca := genCA (printf "silverback %s" .Values.gateway.fleet) $days -}}
{{- $service := printf "%s-admin.%s.svc" (include "silverback.fullname" .) .Release.Namespace -}}
{{- $proxyPair := genSignedCert $service nil (list $service) $days $ca -}}
{{- $controllerPair := genSignedCert "silverback" nil nil $days $ca -}}
{{- $_ := set .Values.gateway.tls "made" (dict
      "proxy" (dict "ca.crt" (b64enc $ca.Cert) "tls.crt" (b64enc $proxyPair.Cert) "tls.key" (b64enc $proxyPair.Key))
      "controller" (dict "ca.crt" (b64enc $ca.Cert) "tls.crt" (b64enc $controllerPair.Cert) "tls.key" (b64enc $controllerPair.Key))) -}}
{{- end -}}
{{- end -}}
{{- toYaml .Values.gateway.tls.made -}}
{{- end -}}

{{/* A Secret with a certificate, unless it comes from elsewhere. Takes a list: the context, its name, a component, its data. */}}
{{- define "silverback.gateway.secret" -}}
{{- $context := index . 0 -}}
{{- $existing := lookup "v1" "Secret" $context.Release.Namespace (index . 1) -}}
{{- if eq (include "silverback.isForeign" (list $context $existing)) "false" -}}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ index . 1 }}
  namespace: {{ $context.Release.Namespace }}
  labels:
    {{- include "silverback.labels" (list $context (index . 2)) | nindent 4 }}
type: kubernetes.io/tls
data:
  {{- toYaml (index . 3) | nindent 2 }}
{{- end -}}
{{- end -}}
