{{/* Rules of NetworkPolicies. What is not written here is denied. */}}

{{/* Takes {to, ports, protocols?}: one egress rule; an empty `to` is anywhere. */}}
{{- define "dualcontrol.egress" -}}
- ports:
    {{- $protocols := default (list "TCP") .protocols }}
    {{- range $port := .ports }}
    {{- range $protocols }}
    - {protocol: {{ . }}, port: {{ int $port }}}
    {{- end }}
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Takes {root, component, role?}: our own pods, as a peer. */}}
{{- define "dualcontrol.peer" -}}
- podSelector:
    matchLabels:
      {{- include "dualcontrol.selector" . | nindent 6 }}
{{- end -}}

{{/* Takes {root, kinds}: egress to what lies outside of the release. */}}
{{- define "dualcontrol.outside" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{ include "dualcontrol.egress" (dict "to" $policy.dns.to "ports" (list $policy.dns.port) "protocols" (list "UDP" "TCP")) }}
{{- range $kind := .kinds }}
{{- $place := index $policy $kind }}
{{ include "dualcontrol.egress" (dict "to" $place.to "ports" (list $place.port)) }}
{{- end }}
{{- end -}}

{{/* Takes {root, name, component, role?}: the head of a policy. */}}
{{- define "dualcontrol.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "dualcontrol.fullname" .root }}-{{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "dualcontrol.labels" (dict "root" .root "component" .component) | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- if .component }}
      {{- include "dualcontrol.selector" . | nindent 6 }}
      {{- else }}
      {{- include "dualcontrol.releaseSelector" .root | nindent 6 }}
      {{- end }}
  policyTypes: [Ingress, Egress]
{{- end -}}
