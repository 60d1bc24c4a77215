{{/* Names, labels and images. A fullname is at most 36 characters, so that every name made of it fits into its kind's limit. */}}

{{- define "dualcontrol.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "dualcontrol.fullname" -}}
{{- $name := include "dualcontrol.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = default $full .Values.fullnameOverride -}}
{{- if gt (len $full) 36 -}}
{{- printf "%s-%s" (trunc 27 $full | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- else -}}
{{- $full | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The release's own pods; never changes. */}}
{{- define "dualcontrol.releaseSelector" -}}
app.kubernetes.io/name: {{ include "dualcontrol.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Takes {root, component, role}; without a role: the pods of every role. */}}
{{- define "dualcontrol.selector" -}}
{{ include "dualcontrol.releaseSelector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- with .role }}
dualcontrol/role: {{ . }}
{{- end }}
{{- end -}}

{{/* Takes {root, component?, role?}: of pods. Nothing that changes with the chart's version, which is no reason to restart. */}}
{{- define "dualcontrol.podLabels" -}}
{{- if .component -}}
{{ include "dualcontrol.selector" . }}
{{- else -}}
{{ include "dualcontrol.releaseSelector" .root }}
{{- end }}
app.kubernetes.io/part-of: dualcontrol
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Takes {root, component?, role?}. */}}
{{- define "dualcontrol.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "dualcontrol.releaseSelector" .root }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: dualcontrol
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .role }}
dualcontrol/role: {{ . }}
{{- end }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "dualcontrol.image" -}}
{{- $image := .Values.image -}}
{{- $registry := default $image.registry .Values.global.imageRegistry -}}
{{- $name := ternary (printf "%s/%s" $registry $image.repository) $image.repository (ne $registry "") -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "dualcontrol.pullSecrets" -}}
{{- with concat .Values.global.imagePullSecrets .Values.image.pullSecrets | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Takes {root, component}. */}}
{{- define "dualcontrol.serviceAccount" -}}
{{- $account := .root.Values.serviceAccounts -}}
{{- if $account.create -}}
{{- printf "%s-%s" (include "dualcontrol.fullname" .root) .component -}}
{{- else -}}
{{- $account.existing -}}
{{- end -}}
{{- end -}}
