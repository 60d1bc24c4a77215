{{/* Values of a process: the defaults, then its role's, then its service's. */}}

{{/* Writes `over` into `onto`, map by map; what is false, 0 or empty counts too (mergeOverwrite would pass it over). */}}
{{- define "dualcontrol.merge" -}}
{{- $onto := .onto -}}
{{- range $key, $value := .over -}}
{{- if and (kindIs "map" $value) (kindIs "map" (get $onto $key)) -}}
{{- include "dualcontrol.merge" (dict "onto" (get $onto $key) "over" $value) -}}
{{- else -}}
{{- $_ := set $onto $key (ternary (deepCopy $value) $value (kindIs "map" $value)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Puts into `into.list` one dict for each Deployment: {component, role, name, command, config, service}. */}}
{{- define "dualcontrol.workloads" -}}
{{- $root := .root -}}
{{- $into := .into -}}
{{- $_ := set $into "list" list -}}
{{- $topology := include "dualcontrol.topology" $root | fromYaml -}}
{{- $fullname := include "dualcontrol.fullname" $root -}}
{{- range $component := $topology.services -}}
{{- $service := index $root.Values.services $component -}}
{{- if $service.enabled -}}
{{- $roles := ternary (list "all") (list "serve" "relay") (eq $root.Values.mode "all") -}}
{{- if and (eq $root.Values.mode "split") (index $topology.consumes $component) -}}
{{- $roles = list "serve" "consume" "relay" -}}
{{- end -}}
{{- range $role := $roles -}}
{{- $config := deepCopy $root.Values.defaults -}}
{{- range list (index $root.Values.roles $role) $service.workload (index $service $role) -}}
{{- include "dualcontrol.merge" (dict "onto" $config "over" .) -}}
{{- end -}}
{{- $name := ternary (printf "%s-%s" $fullname $component) (printf "%s-%s-%s" $fullname $component $role) (has $role (list "serve" "all")) -}}
{{- $_ := set $into "list" (append $into.list (dict "root" $root "component" $component "role" $role "name" $name "config" $config "service" $service "topology" $topology)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $root.Values.portal.enabled -}}
{{- $config := deepCopy $root.Values.defaults -}}
{{- include "dualcontrol.merge" (dict "onto" $config "over" $root.Values.portal.workload) -}}
{{- $_ := set $into "list" (append $into.list (dict "root" $root "component" "portal" "role" "serve" "name" (printf "%s-portal" $fullname) "config" $config "service" $root.Values.portal "topology" $topology)) -}}
{{- end -}}
{{- end -}}

{{/* Whether the process is scaled by something: "hpa", "keda" or nothing. */}}
{{- define "dualcontrol.scaler" -}}
{{- if and (eq .role "consume") .config.keda.enabled -}}
keda
{{- else if and (has .role (list "serve" "all")) .config.hpa.enabled -}}
hpa
{{- end -}}
{{- end -}}

{{/* The least number of pods there will be. */}}
{{- define "dualcontrol.replicasMin" -}}
{{- $scaler := include "dualcontrol.scaler" . -}}
{{- if eq $scaler "keda" -}}
{{- int .config.keda.minReplicas -}}
{{- else if eq $scaler "hpa" -}}
{{- int .config.hpa.minReplicas -}}
{{- else -}}
{{- int .config.replicas -}}
{{- end -}}
{{- end -}}

{{/* The components that are on: the services, then the portal. */}}
{{- define "dualcontrol.components" -}}
{{- $topology := include "dualcontrol.topology" . | fromYaml -}}
{{- $on := list -}}
{{- range $topology.services -}}
{{- if (index $.Values.services .).enabled -}}
{{- $on = append $on . -}}
{{- end -}}
{{- end -}}
{{- if .Values.portal.enabled -}}
{{- $on = append $on "portal" -}}
{{- end -}}
{{- toYaml $on -}}
{{- end -}}

{{/* Takes {root, component}; the values of a service or the portal. */}}
{{- define "dualcontrol.valuesOf" -}}
{{- if eq .component "portal" -}}
{{- toYaml .root.Values.portal -}}
{{- else -}}
{{- toYaml (index .root.Values.services .component) -}}
{{- end -}}
{{- end -}}
