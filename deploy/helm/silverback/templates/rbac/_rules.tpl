{{/* What is read in each namespace whose resources count; Secrets and ConfigMaps that are named for the first time are fetched. */}}
{{- define "silverback.rules.namespaced" -}}
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [secrets, configmaps]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [referencegrants]
  verbs: [list, watch]
- apiGroups: [configuration.konghq.com]
  resources:
    - ingressclassparameterses
    - kongconsumergroups
    - kongconsumers
    - kongcustomentities
    - kongingresses
    - kongplugins
    - kongupstreampolicies
    - tcpingresses
    - udpingresses
  verbs: [list, watch]
- apiGroups: [incubator.ingress-controller.konghq.com]
  resources: [kongservicefacades]
  verbs: [list, watch]
{{- if eq (include "silverback.writesStatus" .) "true" }}
# The status of these is written whole, from what it says now.
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get]
- apiGroups: [configuration.konghq.com]
  resources: [kongupstreampolicies, tcpingresses, udpingresses]
  verbs: [get]
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
- apiGroups: [configuration.konghq.com]
  resources:
    - kongconsumergroups/status
    - kongconsumers/status
    - kongcustomentities/status
    - kongplugins/status
    - kongupstreampolicies/status
    - tcpingresses/status
    - udpingresses/status
  verbs: [patch]
- apiGroups: [incubator.ingress-controller.konghq.com]
  resources: [kongservicefacades/status]
  verbs: [patch]
{{ include "silverback.rules.events" . }}
{{- end }}
{{- end -}}

{{/* An event that a predecessor wrote is read and goes on. */}}
{{- define "silverback.rules.events" -}}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, get, patch]
{{- end -}}

{{/* What belongs to no namespace. */}}
{{- define "silverback.rules.clusterScoped" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [list, watch]
- apiGroups: [configuration.konghq.com]
  resources: [kongclusterplugins, konglicenses, kongvaults]
  verbs: [list, watch]
# Which kinds are served: of all definitions only the names are read, those of Kong's kinds as a whole.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  verbs: [list, watch]
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames:
    {{- range $path, $_ := .Files.Glob "files/crds/*.yaml" }}
    - {{ ($.Files.Get $path | fromYaml).metadata.name }}
    {{- end }}
  verbs: [get]
{{- if eq (include "silverback.writesStatus" .) "true" }}
- apiGroups: [configuration.konghq.com]
  resources: [kongclusterplugins/status, konglicenses/status, kongvaults/status]
  verbs: [patch]
{{- end }}
{{- end -}}

{{/* The lease, and the ledger of each fleet. The verb create can't be bound to a name. */}}
{{- define "silverback.rules.state" -}}
{{- $settings := include "silverback.settings" . | fromYaml -}}
{{- $lease := $settings.leaderElection.leaseName -}}
{{- if $settings.leaderElection.enabled }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ $lease }}]
  verbs: [get, update]
{{- end }}
{{- if eq (include "silverback.ledgerInSecrets" .) "true" }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: [""]
  resources: [secrets]
  resourceNames:
    {{- range $settings.fleets }}
    - {{ $lease }}-ledger-{{ .name }}
    {{- end }}
  verbs: [get, list, watch, update]
{{- end }}
{{- end -}}

{{/* The Services of Admin APIs outside of the namespaces whose resources count. */}}
{{- define "silverback.rules.discovery" -}}
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- end -}}

{{/* The Service whose addresses Ingresses show. */}}
{{- define "silverback.rules.addresses" -}}
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
{{- end -}}


{{/* A fleet's credentials in a Secret that is read through the API server. Takes the Secret's name. */}}
{{- define "silverback.rules.credentials" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ . }}]
  verbs: [get, list, watch]
{{- end -}}
