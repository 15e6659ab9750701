{{- define "silverback.gateway.secretName" -}}
{{- default (printf "silverback-%s-proxy" .Values.gateway.fleet) .Values.gateway.tls.secretName -}}
{{- end -}}

{{/*
Settings of Kong as in kong.conf: a node without a database whose Admin API takes large configurations, from whoever shows
a certificate of the CA, and from nobody else.
*/}}
{{- define "silverback.gateway.config" -}}
{{- $config := dict
      "nginx_worker_processes" "2"
      "anonymous_reports" "off"
      "proxy_access_log" "/dev/stdout"
      "proxy_error_log" "/dev/stderr"
      "admin_access_log" "off"
      "admin_error_log" "/dev/stderr"
      "status_access_log" "off"
      "status_error_log" "/dev/stderr" -}}
{{- $own := dict
      "database" "off"
      "prefix" "/kong_prefix"
      "router_flavor" .Values.gateway.routerFlavor
      "proxy_listen" (printf "%s:8000 reuseport backlog=16384, %s:8443 http2 ssl reuseport backlog=16384" .Values.gateway.host .Values.gateway.host)
      "admin_listen" (printf "%s:8444 ssl" .Values.gateway.host)
      "admin_gui_listen" "off"
      "status_listen" (printf "%s:8100" .Values.gateway.host)
      "admin_ssl_cert" "/certs/tls.crt"
      "admin_ssl_cert_key" "/certs/tls.key"
      "nginx_admin_ssl_verify_client" "on"
      "nginx_admin_ssl_client_certificate" "/certs/ca.crt"
      "nginx_admin_client_max_body_size" .Values.gateway.adminBodySize
      "nginx_admin_client_body_buffer_size" .Values.gateway.adminBodySize
      "lmdb_map_size" .Values.gateway.lmdbMapSize -}}
{{- mergeOverwrite $config (deepCopy .Values.gateway.config) $own | toYaml -}}
{{- end -}}

{{- define "silverback.gateway.env" -}}
{{- range $name, $value := include "silverback.gateway.config" . | fromYaml }}
- name: KONG_{{ upper $name }}
  value: {{ $value | quote }}
{{- end }}
{{- with .Values.gateway.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The fleet that the gateway is must be one that the controller knows. */}}
{{- define "silverback.gateway.check" -}}
{{- $names := list -}}
{{- range .Values.settings.fleets -}}{{- $names = append $names .name -}}{{- end -}}
{{- if not (has .Values.gateway.fleet $names) -}}
{{- fail (printf "gateway.fleet is %q, but settings.fleets has only: %s" .Values.gateway.fleet (join ", " $names)) -}}
{{- end -}}
{{- end -}}
