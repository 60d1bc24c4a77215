{{/* What runs to its end: migrations, backups, a restore. */}}

{{- define "dualcontrol.migrationVolumes" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .root.Values.defaults.tmpSize }}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- include "dualcontrol.secretSources" (dict "root" .root "component" .component "owner" true) | trim | nindent 6 }}
{{- with include "dualcontrol.postgresVolume" . }}
{{ . }}
{{- end }}
{{- if ne .component "portal" }}
{{- with include "dualcontrol.kafkaVolume" . }}
{{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Settings that a migration reads; certificates of gRPC and the rest are not mounted into it. */}}
{{- define "dualcontrol.migrationSettings" -}}
{{- $env := dict -}}
{{- range $name, $value := include "dualcontrol.settings" . | fromYaml -}}
{{- if not (or (and (contains "_TLS_" $name) (not (contains "KAFKA" $name))) (has $name (list "DUALCONTROL_TOKEN_FILE" "DUALCONTROL_LAW_FOLDER"))) -}}
{{- $_ := set $env $name $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{/* Takes {root, component}. */}}
{{- define "dualcontrol.migrationPod" -}}
{{- $migrations := .root.Values.migrations -}}
{{- $account := ternary (printf "%s-migrate" (include "dualcontrol.fullname" .root)) .root.Values.serviceAccounts.existing .root.Values.serviceAccounts.create -}}
{{- include "dualcontrol.jobPod" (dict "root" .root "account" $account "name" "migrate" "command" (list "python" "-m" .component "migrate") "env" (include "dualcontrol.migrationSettings" . | fromYaml) "resources" $migrations.resources "volumes" (include "dualcontrol.migrationVolumes" .)) -}}
{{- end -}}

{{- define "dualcontrol.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- define "dualcontrol.backupVolumes" -}}
{{- $root := .root -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .root.Values.defaults.tmpSize }}}
- name: databases
  projected:
    defaultMode: 0440
    sources:
      {{- range include "dualcontrol.components" .root | fromYamlArray }}
      - {{- include "dualcontrol.databaseSource" (dict "root" $root "component" . "owner" true "path" .) | nindent 8 }}
      {{- end }}
- name: backups
  persistentVolumeClaim: {claimName: {{ default (printf "%s-backups" (include "dualcontrol.fullname" .root)) .root.Values.backup.existingClaim | quote }}}
{{- if hasPrefix "SASL" .root.Values.kafka.security }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- include "dualcontrol.saslSource" (dict "root" .root) | trim | nindent 6 }}
{{- end }}
{{- with include "dualcontrol.postgresVolume" . }}
{{ . }}
{{- end }}
{{- with include "dualcontrol.kafkaVolume" (dict "root" .root) }}
{{ . }}
{{- end }}
{{- end -}}

{{/* Takes {root, arguments}. */}}
{{- define "dualcontrol.backupPod" -}}
{{- $backup := .root.Values.backup -}}
{{- $env := dict "DUALCONTROL_DATABASES_FOLDER" "/etc/dualcontrol/databases" "DUALCONTROL_LOG_LEVEL" .root.Values.settings.logLevel "TMPDIR" "/tmp" -}}
{{- include "dualcontrol.kafkaSettings" (dict "root" .root "env" $env) -}}
{{- if hasPrefix "SASL" .root.Values.kafka.security -}}
{{- $_ := set $env "DUALCONTROL_SECRETS_FOLDER" "/etc/dualcontrol/secrets" -}}
{{- end -}}
{{- with $backup.programs -}}
{{- $_ := set $env "DUALCONTROL_POSTGRES_PROGRAMS" . -}}
{{- end -}}
{{- include "dualcontrol.jobPod" (dict "root" .root "account" (include "dualcontrol.serviceAccount" (dict "root" .root "component" "backup")) "name" "backup" "command" (concat (list "python" "-m" "servicekit.backup") .arguments) "env" $env "resources" $backup.resources "volumes" (include "dualcontrol.backupVolumes" .)) -}}
{{- end -}}

{{/* Takes {root, name, schedule, arguments}. */}}
{{- define "dualcontrol.backupCronJob" -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ include "dualcontrol.fullname" .root }}-{{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "dualcontrol.labels" (dict "root" .root "component" "backup") | nindent 4 }}
spec:
  schedule: {{ .schedule | quote }}
  timeZone: {{ .root.Values.backup.timeZone | quote }}
  suspend: {{ .root.Values.backup.restore.enabled }}
  # Two at once would wait for each other; a late one is better than none.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 2
  failedJobsHistoryLimit: 2
  jobTemplate:
    metadata:
      labels:
        {{- include "dualcontrol.labels" (dict "root" .root "component" "backup") | nindent 8 }}
    spec:
      backoffLimit: 1
      activeDeadlineSeconds: {{ int .root.Values.backup.activeDeadlineSeconds }}
      template:
        metadata:
          labels:
            {{- include "dualcontrol.podLabels" (dict "root" .root "component" "backup") | nindent 12 }}
        spec:
          {{- include "dualcontrol.backupPod" . | nindent 10 }}
{{- end -}}
