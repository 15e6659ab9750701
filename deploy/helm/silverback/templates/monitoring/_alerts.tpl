{{/* Every replica sees the proxies, but only the leader's view decides. */}}
{{- define "silverback.leads" -}}
{{- if dig "leaderElection" "enabled" true .Values.settings }} and on (namespace, pod) silverback_leadership_state{ {{- include "silverback.job" . }},state="leader"} == 1{{ end -}}
{{- end -}}

{{/* Selects what the replicas of this release say. */}}
{{- define "silverback.job" -}}
job="{{ include "silverback.fullname" . }}-health",namespace="{{ .Release.Namespace }}"
{{- end -}}

{{- define "silverback.alerts" -}}
{{- $job := include "silverback.job" . -}}
{{- $leads := include "silverback.leads" . -}}
{{- $rule := .Values.monitoring.prometheusRule -}}
- alert: SilverbackProxyStale
  expr: silverback_proxy_lag_seconds{ {{- $job }}} > {{ int64 $rule.staleSeconds }}{{ $leads }}
  for: 1m
  labels:
    severity: warning
  annotations:
    summary: {{ `Proxy {{ $labels.proxy }} of fleet {{ $labels.fleet }} does not hold the current configuration` | quote }}
    description: {{ `It is behind by {{ $value | humanizeDuration }}. /fleets of the leader says why.` | quote }}
- alert: SilverbackProxyUnreachable
  expr: silverback_proxies{ {{- $job }},state="unreachable"} > 0{{ $leads }}
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: {{ `{{ $value }} proxies of fleet {{ $labels.fleet }} can not be reached` | quote }}
    description: They go on with what they hold. /fleets of the leader gives the reason for each.
- alert: SilverbackProxyContended
  expr: silverback_proxies{ {{- $job }},state="contended"} > 0{{ $leads }}
  for: 5m
  labels:
    severity: critical
  annotations:
    summary: {{ `{{ $value }} proxies of fleet {{ $labels.fleet }} do not keep their configuration` | quote }}
    description: Something else writes to them, or several proxies stand behind one address. /fleets of the leader gives the reason for each.
- alert: SilverbackProxyRejects
  expr: silverback_proxies{ {{- $job }},state="rejected"} > 0{{ $leads }}
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: {{ `{{ $value }} proxies of fleet {{ $labels.fleet }} refuse the configuration that others accept` | quote }}
    description: They go on with what they hold. Compare their version, plugins and limits with those of the others.
- alert: SilverbackProxyDrifts
  expr: increase(silverback_drifts_total{ {{- $job }}}[1h]) > 3
  labels:
    severity: warning
  annotations:
    summary: {{ `Proxies of fleet {{ $labels.fleet }} keep losing their configuration` | quote }}
    description: Each time it was repaired. They restart without their prefix, or something else writes to them.
- alert: SilverbackResourcesHeld
  expr: silverback_held_resources{ {{- $job }}} > 0{{ $leads }}
  for: 15m
  labels:
    severity: warning
  annotations:
    summary: {{ `{{ $value }} resources of fleet {{ $labels.fleet }} are held at an earlier form, or left out` | quote }}
    description: Kong refuses their newest form. Their conditions and events say why, and so does /fleets of the leader.
- alert: SilverbackCertificateExpires
  expr: silverback_certificate_expiry_timestamp_seconds{ {{- $job }}} - time() < {{ int64 $rule.certificateDays }} * 86400
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: {{ `The {{ $labels.kind }} certificate of fleet {{ $labels.fleet }} ends in {{ $value | humanizeDuration }}` | quote }}
    description: Without a new one in its Secret no proxy of the fleet can be reached then.
- alert: SilverbackCertificateExpires
  expr: silverback_certificate_expiry_timestamp_seconds{ {{- $job }}} - time() < 2 * 86400
  for: 10m
  labels:
    severity: critical
  annotations:
    summary: {{ `The {{ $labels.kind }} certificate of fleet {{ $labels.fleet }} ends in {{ $value | humanizeDuration }}` | quote }}
    description: Without a new one in its Secret no proxy of the fleet can be reached then.
- alert: SilverbackCredentialsRefused
  expr: increase(silverback_identity_reload_failures_total{ {{- $job }}}[15m]) > 0
  labels:
    severity: warning
  annotations:
    summary: {{ `New credentials of fleet {{ $labels.fleet }} can not be used` | quote }}
    description: The earlier ones stay in use. The log says what is wrong with the new ones (identity-refused).
- alert: SilverbackPayloadLarge
  expr: silverback_payload_bytes{ {{- $job }}} > {{ int64 $rule.payloadBytes }}{{ $leads }}
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: {{ `The configuration of fleet {{ $labels.fleet }} has {{ $value | humanize1024 }}B` | quote }}
    description: Proxies refuse more than their body limits and their LMDB map allow. Raise both body sizes and lmdb_map_size before.
- alert: SilverbackDiscoveryFailing
  expr: silverback_discovery_source_state{ {{- $job }},state="failing"} == 1{{ $leads }}
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: {{ `The source {{ $labels.source }} of fleet {{ $labels.fleet }} does not answer` | quote }}
    description: Its proxies stay as they were last known; new ones are not found.
- alert: SilverbackResourcesUnread
  expr: silverback_kubernetes_synced{ {{- $job }}} == 0
  for: 5m
  labels:
    severity: critical
  annotations:
    summary: {{ `{{ $labels.pod }} can not read all objects of the kind {{ $labels.kind }}` | quote }}
    description: It sends nothing before it has read everything once. Look at its rights and at the API server.
- alert: SilverbackResourcesOld
  expr: silverback_kubernetes_last_heard_age_seconds{ {{- $job }}} > 600
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: {{ `{{ $labels.pod }} has heard nothing of the kind {{ $labels.kind }} for {{ $value | humanizeDuration }}` | quote }}
    description: Changes since then are not served. Look at the API server.
- alert: SilverbackWritesForbidden
  expr: silverback_kubernetes_writes_total{ {{- $job }},result="forbidden"} > 0
  for: 1m
  labels:
    severity: warning
  annotations:
    summary: {{ `{{ $labels.pod }} may not write what it should ({{ $labels.what }}, {{ $labels.kind }})` | quote }}
    description: Its service account lacks a right that the chart gives. Proxies are served, but users do not see what became of their resources.
{{- if dig "leaderElection" "enabled" true .Values.settings }}
- alert: SilverbackNoLeader
  expr: sum(silverback_leadership_state{ {{- $job }},state="leader"}) == 0 or absent(silverback_leadership_state{ {{- $job }},state="leader"})
  for: 2m
  labels:
    severity: critical
  annotations:
    summary: No controller leads
    description: Proxies go on with what they hold, but changes do not reach them. /readyz of the controllers says what is missing.
- alert: SilverbackSeveralLeaders
  expr: sum(silverback_leadership_state{ {{- $job }},state="leader"}) > 1
  for: 2m
  labels:
    severity: critical
  annotations:
    summary: Several controllers lead
    description: Only one of them can hold the lease; look for controllers with another name or namespace of the lease.
{{- end }}
- alert: SilverbackDown
  expr: absent(up{ {{- $job }}} == 1)
  for: 5m
  labels:
    severity: critical
  annotations:
    summary: No controller answers
    description: Proxies go on with what they hold, but changes do not reach them.
{{- end -}}
