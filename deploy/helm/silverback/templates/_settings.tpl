{{/*
The settings file: what stands under `settings`, completed with what the chart knows.
*/}}
{{- define "silverback.settings" -}}
{{- $settings := deepCopy .Values.settings -}}
{{- $_ := set $settings "source" (dict "kubernetes" (dict "namespaces" (include "silverback.namespaces" . | fromYamlArray))) -}}
{{- $_ := set $settings "stateDirectory" "/var/lib/silverback" -}}
{{- $_ := set $settings "health" (dict "enabled" true "address" (printf "%s:%d" .Values.health.host (int .Values.health.port))) -}}
{{- $_ := set $settings "leaderElection" (include "silverback.settings.leaderElection" . | fromYaml) -}}
{{- $_ := set $settings "status" (include "silverback.settings.status" . | fromYaml) -}}
{{- $fleets := list -}}
{{- range .Values.settings.fleets -}}
{{- $fleets = append $fleets (include "silverback.settings.fleet" (list $ .) | fromYaml) -}}
{{- end -}}
{{- $_ := set $settings "fleets" $fleets -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* The namespaces whose resources count, as a list; empty for all. */}}
{{- define "silverback.namespaces" -}}
{{- dig "source" "kubernetes" "namespaces" (list) .Values.settings | toYaml -}}
{{- end -}}

{{- define "silverback.settings.leaderElection" -}}
{{- $defaults := dict "enabled" true "leaseName" (include "silverback.fullname" .) "leaseNamespace" .Release.Namespace -}}
{{- mergeOverwrite $defaults (deepCopy (default (dict) .Values.settings.leaderElection)) | toYaml -}}
{{- end -}}

{{/* Ingresses show the addresses of the chart's own gateway, unless the settings say otherwise. */}}
{{- define "silverback.settings.status" -}}
{{- $status := deepCopy (default (dict) .Values.settings.status) -}}
{{- if and .Values.gateway.enabled (not $status.publishService) (not $status.publishAddresses) -}}
{{- $_ := set $status "publishService" (printf "%s/%s-proxy" .Release.Namespace (include "silverback.fullname" .)) -}}
{{- end -}}
{{- toYaml $status -}}
{{- end -}}

{{- define "silverback.writesStatus" -}}
{{- dig "status" "enabled" true .Values.settings -}}
{{- end -}}

{{/* The ledger is kept in Secrets unless the settings say otherwise. */}}
{{- define "silverback.ledgerInSecrets" -}}
{{- ne (dig "ledger" "store" "auto" .Values.settings) "directory" -}}
{{- end -}}

{{/* A fleet with its discovery and the files of its credentials. Takes a list: the context, and the fleet. */}}
{{- define "silverback.settings.fleet" -}}
{{- $context := index . 0 -}}
{{- $fleet := deepCopy (index . 1) -}}
{{- if not $fleet.discovery -}}
{{- $_ := set $fleet "discovery" (list (dict "endpoints" (dict "service" (include "silverback.adminService" $context)))) -}}
{{- end -}}
{{- if not (or $fleet.insecure (dig "adminApi" "secret" "" $fleet)) -}}
{{- $folder := printf "/etc/silverback/%s" $fleet.name -}}
{{- $files := dict "caFile" (printf "%s/ca.crt" $folder) "certFile" (printf "%s/tls.crt" $folder) "keyFile" (printf "%s/tls.key" $folder) -}}
{{- $adminApi := default (dict) $fleet.adminApi -}}
{{- $_ := set $adminApi "tls" (merge (default (dict) $adminApi.tls) $files) -}}
{{- if dig $fleet.name "token" "secretName" "" $context.Values.credentials -}}
{{- $_ := set $adminApi "tokenFile" (printf "%s/token" $folder) -}}
{{- end -}}
{{- $_ := set $fleet "adminApi" $adminApi -}}
{{- end -}}
{{- toYaml $fleet -}}
{{- end -}}

{{/* The Service of the Admin APIs of fleets that name no discovery. */}}
{{- define "silverback.adminService" -}}
{{- if .Values.gateway.enabled -}}
{{- printf "%s/%s-admin" .Release.Namespace (include "silverback.fullname" .) -}}
{{- else -}}
kong/kong-admin
{{- end -}}
{{- end -}}

{{/* The namespaces of the Services through which Admin APIs are found, as a list. */}}
{{- define "silverback.adminNamespaces" -}}
{{- $namespaces := list -}}
{{- range (include "silverback.settings" . | fromYaml).fleets -}}
{{- range .discovery -}}
{{- with dig "endpoints" "service" "" . -}}
{{- $namespaces = append $namespaces (splitList "/" . | first) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- uniq $namespaces | toYaml -}}
{{- end -}}


{{/* The name in the certificates of a fleet's proxies, as far as it shows. Takes a list: the settings, and the fleet. */}}
{{- define "silverback.proxyName" -}}
{{- $name := "NAME-OF-THE-PROXIES" -}}
{{- range $fleet := (index . 0).fleets -}}
{{- if eq $fleet.name (index $ 1) -}}
{{- with dig "endpoints" "service" "" (first $fleet.discovery) -}}
{{- $parts := splitList "/" . -}}
{{- $name = printf "%s.%s.svc" (last $parts) (first $parts) -}}
{{- end -}}
{{- $name = dig "adminApi" "tls" "serverName" $name $fleet -}}
{{- end -}}
{{- end -}}
{{- $name -}}
{{- end -}}
