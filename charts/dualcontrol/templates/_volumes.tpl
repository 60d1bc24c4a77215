{{/* Files of a process: secrets, trust, certificates. Whole folders, so that a renewed one is seen without a restart. */}}

{{/* Takes {root, component, owner}; `owner`: the DSN of the database's owner in the place of the serving one. */}}
{{- define "dualcontrol.databaseSource" -}}
{{- $postgres := (include "dualcontrol.valuesOf" . | fromYaml).postgres -}}
{{- $shared := .root.Values.postgres -}}
secret:
  {{- if .owner }}
  name: {{ default $shared.owner.existingSecret $postgres.ownerSecret | quote }}
  items: [{key: {{ default .component $postgres.ownerKey | quote }}, path: {{ .path }}}]
  {{- else }}
  name: {{ default $shared.serving.existingSecret $postgres.servingSecret | quote }}
  items: [{key: {{ default .component $postgres.servingKey | quote }}, path: {{ .path }}}]
  {{- end }}
{{- end -}}

{{/* Takes {root, component, owner}: the sources of the folder of secrets. */}}
{{- define "dualcontrol.secretSources" -}}
- {{- include "dualcontrol.databaseSource" (merge (dict "path" "dualcontrol_postgres_dsn") .) | nindent 2 }}
{{- if eq .component "portal" }}
{{- with .root.Values.portal.clientSecret }}
{{- if .existingSecret }}
- secret:
    name: {{ .existingSecret | quote }}
    items: [{key: {{ .key | quote }}, path: dualcontrol_portal_client_secret}]
{{- end }}
{{- end }}
{{- else }}
{{- include "dualcontrol.saslSource" . }}
{{- end }}
{{- end -}}

{{- define "dualcontrol.saslSource" -}}
{{- $sasl := .root.Values.kafka.sasl -}}
{{- $service := dict "kafka" (dict "username" "" "saslSecret" "") -}}
{{- if .component -}}
{{- $service = index .root.Values.services .component -}}
{{- end -}}
{{- if hasPrefix "SASL" .root.Values.kafka.security }}
- secret:
    name: {{ default $sasl.existingSecret $service.kafka.saslSecret | quote }}
    items:
      - {key: {{ $sasl.passwordKey | quote }}, path: dualcontrol_kafka_password}
      {{- if not (default $sasl.username $service.kafka.username) }}
      - {key: {{ $sasl.usernameKey | quote }}, path: dualcontrol_kafka_username}
      {{- end }}
{{- end }}
{{- end -}}

{{/* Takes {root, component?}: the folder with what proves Kafka to us and us to Kafka, if any. */}}
{{- define "dualcontrol.kafkaVolume" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $client := $kafka.tls.clientSecret -}}
{{- if .component -}}
{{- $client = default $client (index .root.Values.services .component).kafka.clientSecret -}}
{{- end -}}
{{- if and (hasSuffix "SSL" $kafka.security) (or $kafka.tls.caSecret $client) -}}
- name: kafka
  projected:
    defaultMode: 0440
    sources:
      {{- if $kafka.tls.caSecret }}
      - secret:
          name: {{ $kafka.tls.caSecret | quote }}
          items: [{key: {{ $kafka.tls.caKey | quote }}, path: ca.crt}]
      {{- end }}
      {{- if $client }}
      - secret:
          name: {{ $client | quote }}
          items:
            - {key: {{ $kafka.tls.certificateKey | quote }}, path: tls.crt}
            - {key: {{ $kafka.tls.keyKey | quote }}, path: tls.key}
      {{- end }}
{{- end -}}
{{- end -}}

{{- define "dualcontrol.postgresVolume" -}}
{{- with .root.Values.postgres.ca -}}
{{- if .existingSecret -}}
- name: postgres
  secret:
    secretName: {{ .existingSecret | quote }}
    defaultMode: 0440
    items: [{key: {{ .key | quote }}, path: ca.crt}]
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Takes {root, component}. */}}
{{- define "dualcontrol.tlsSecret" -}}
{{- $own := (include "dualcontrol.valuesOf" . | fromYaml).tls.existingSecret -}}
{{- $tls := .root.Values.tls -}}
{{- if $own -}}
{{- $own -}}
{{- else if $tls.certManager.enabled -}}
{{- printf "%s-%s-tls" (include "dualcontrol.fullname" .root) .component -}}
{{- else -}}
{{- $tls.existingSecret -}}
{{- end -}}
{{- end -}}

{{/* Takes {root, component, config}: the volumes of a process that runs for good. */}}
{{- define "dualcontrol.volumes" -}}
{{- $values := .root.Values -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .config.tmpSize }}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- include "dualcontrol.secretSources" (dict "root" .root "component" .component "owner" false) | trim | nindent 6 }}
- name: trust
  configMap:
    name: {{ default (printf "%s-trust" (include "dualcontrol.fullname" .root)) $values.identity.trust.existingConfigMap | quote }}
    {{- if and $values.identity.trust.existingConfigMap (ne $values.identity.trust.key "trust.yaml") }}
    items: [{key: {{ $values.identity.trust.key | quote }}, path: trust.yaml}]
    {{- end }}
{{- with include "dualcontrol.postgresVolume" . }}
{{ . }}
{{- end }}
{{- if ne .component "portal" }}
{{- with include "dualcontrol.kafkaVolume" . }}
{{ . }}
{{- end }}
{{- if and (index .topology.calls .component) $values.identity.tokens.existingSecret }}
- name: token
  secret:
    secretName: {{ $values.identity.tokens.existingSecret | quote }}
    defaultMode: 0440
    items: [{key: {{ $values.identity.tokens.screeningKey | quote }}, path: token}]
{{- end }}
{{- end }}
{{- if $values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "dualcontrol.tlsSecret" . | quote }}
    defaultMode: 0440
{{- end }}
{{- if $values.law.existingClaim }}
- name: law
  persistentVolumeClaim: {claimName: {{ $values.law.existingClaim | quote }}, readOnly: true}
{{- end }}
{{- end -}}

{{/* Takes {volumes, subPath}: each volume is read at the folder of its name. */}}
{{- define "dualcontrol.mounts" -}}
{{- $subPath := .subPath -}}
{{- range .volumes }}
{{- if eq .name "tmp" }}
- {name: tmp, mountPath: /tmp}
{{- else if eq .name "backups" }}
- {name: backups, mountPath: /backups}
{{- else if and (eq .name "law") $subPath }}
- {name: law, mountPath: /etc/dualcontrol/law, subPath: {{ $subPath | quote }}, readOnly: true}
{{- else }}
- {name: {{ .name }}, mountPath: /etc/dualcontrol/{{ .name }}, readOnly: true}
{{- end }}
{{- end }}
{{- end -}}
