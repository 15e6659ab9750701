{{- define "silverback.image" -}}
{{- $tag := default (index . 1) (index . 0).tag -}}
{{- if (index . 0).digest -}}
{{- printf "%s@%s" (index . 0).repository (index . 0).digest -}}
{{- else -}}
{{- printf "%s:%s" (index . 0).repository $tag -}}
{{- end -}}
{{- end -}}

{{/* Replicas are spread over nodes. Takes a list: the context, the component, and constraints that win. */}}
{{- define "silverback.topologySpreadConstraints" -}}
{{- with index . 2 -}}
{{- toYaml . -}}
{{- else -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "silverback.selectorLabels" (list (index . 0) (index . 1)) | nindent 6 }}
{{- end -}}
{{- end -}}

{{/* The Secret with the certificate for the Admin APIs of a fleet. Takes a list: the context, and the fleet's name. */}}
{{- define "silverback.credentialsSecret" -}}
{{- default (printf "silverback-%s-controller" (index . 1)) (dig (index . 1) "secretName" "" (index . 0).Values.credentials) -}}
{{- end -}}

{{/* A fleet's directory of credentials: one volume out of all its Secrets, so that changes arrive without a restart. */}}
{{- define "silverback.credentialVolumes" -}}
{{- range $index, $fleet := include "silverback.mountedFleets" . | fromYamlArray }}
- name: credentials-{{ $index }}
  projected:
    # 0440
    defaultMode: 288
    sources:
      - secret:
          name: {{ include "silverback.credentialsSecret" (list $ $fleet) }}
          items:
            - key: ca.crt
              path: ca.crt
            - key: tls.crt
              path: tls.crt
            - key: tls.key
              path: tls.key
      {{- with dig $fleet "token" dict $.Values.credentials }}
      - secret:
          name: {{ .secretName }}
          items:
            - key: {{ default "token" .key }}
              path: token
      {{- end }}
{{- end }}
{{- end -}}

{{/* The names of the fleets whose credentials are files, as a list. */}}
{{- define "silverback.mountedFleets" -}}
{{- $fleets := list -}}
{{- range .Values.settings.fleets -}}
{{- if not (or .insecure (dig "adminApi" "secret" "" .)) -}}
{{- $fleets = append $fleets .name -}}
{{- end -}}
{{- end -}}
{{- toYaml $fleets -}}
{{- end -}}

{{/* Labels of pods: no version, so that pods are not replaced because of a label. */}}
{{- define "silverback.podLabels" -}}
{{ include "silverback.selectorLabels" . }}
app.kubernetes.io/part-of: silverback
{{- with (index . 0).Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
