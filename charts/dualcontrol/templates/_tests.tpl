{{/* The pods of `helm test`. */}}

{{- define "dualcontrol.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* Takes {root, name, command, env, volumes}. */}}
{{- define "dualcontrol.testPod" -}}
{{- $account := ternary (printf "%s-test" (include "dualcontrol.fullname" .root)) .root.Values.serviceAccounts.existing .root.Values.serviceAccounts.create -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "dualcontrol.fullname" .root }}-test-{{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "dualcontrol.labels" (dict "root" .root "component" "test") | nindent 4 }}
  annotations:
    {{- include "dualcontrol.testHook" (dict "weight" 0) | nindent 4 }}
spec:
  {{- include "dualcontrol.jobPod" (dict "root" .root "account" $account "name" "test" "command" .command "env" (merge (dict "TMPDIR" "/tmp") .env) "resources" .root.Values.tests.resources "volumes" .volumes) | nindent 2 }}
{{- end -}}
