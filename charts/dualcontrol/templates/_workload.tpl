{{/* The one way in which a pod is written; Deployments, Jobs and tests all come through here. */}}

{{- define "dualcontrol.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "dualcontrol.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* Takes {root, account, volumes, subPath?, name, command, env?, envFrom?, resources}: a pod that runs to its end. */}}
{{- define "dualcontrol.jobPod" -}}
serviceAccountName: {{ .account | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
securityContext:
  {{- include "dualcontrol.podSecurity" . | nindent 2 }}
{{- include "dualcontrol.pullSecrets" .root }}
{{- with .root.Values.defaults }}
{{- include "dualcontrol.placing" . }}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "dualcontrol.image" .root }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    command: {{ toJson .command }}
    env:
      {{- range $name, $value := .env }}
      - {name: {{ $name }}, value: {{ $value | quote }}}
      {{- end }}
    securityContext:
      {{- include "dualcontrol.containerSecurity" . | nindent 6 }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    volumeMounts:
      {{- include "dualcontrol.mounts" (dict "volumes" (fromYamlArray .volumes) "subPath" "") | trim | nindent 6 }}
volumes:
  {{- .volumes | nindent 2 }}
{{- end -}}

{{/* Takes values as in `defaults`. */}}
{{- define "dualcontrol.placing" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- if not .hostUsers }}
hostUsers: false
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Takes a workload. */}}
{{- define "dualcontrol.spreading" -}}
affinity:
  {{- if .config.affinity }}
  {{- toYaml .config.affinity | nindent 2 }}
  {{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "dualcontrol.selector" . | nindent 14 }}
  {{- end }}
topologySpreadConstraints:
  {{- if .config.topologySpreadConstraints }}
  {{- toYaml .config.topologySpreadConstraints | nindent 2 }}
  {{- else }}
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "dualcontrol.selector" $ | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* Takes a workload. The kubelet asks for health in plain text, on a port of its own: its gRPC probe has no TLS. */}}
{{- define "dualcontrol.probes" -}}
{{- $workload := . -}}
{{- range $kind := list "startup" "readiness" "liveness" }}
{{ $kind }}Probe:
  {{- if eq $workload.component "portal" }}
  httpGet: {path: /healthz, port: http}
  {{- else }}
  grpc: {port: {{ $workload.topology.ports.health }}, service: ""}
  {{- end }}
  {{- with index $workload.config.probes $kind }}
  periodSeconds: {{ int .periodSeconds }}
  timeoutSeconds: {{ int .timeoutSeconds }}
  failureThreshold: {{ int .failureThreshold }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "dualcontrol.ports" -}}
{{- if eq .component "portal" -}}
- {name: http, containerPort: {{ .topology.ports.http }}}
{{- else -}}
- {name: grpc, containerPort: {{ .topology.ports.grpc }}}
- {name: health, containerPort: {{ .topology.ports.health }}}
- {name: metrics, containerPort: {{ .topology.ports.metrics }}}
{{- end -}}
{{- end -}}

{{/* Kubernetes sleeps by itself from 1.30 on; before, the image's own Python does. */}}
{{- define "dualcontrol.preStop" -}}
{{- $seconds := int .config.preStopSeconds -}}
{{- if gt $seconds 0 }}
lifecycle:
  preStop:
    {{- if semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version }}
    sleep: {seconds: {{ $seconds }}}
    {{- else }}
    exec: {command: [python, -c, "import time; time.sleep({{ $seconds }})"]}
    {{- end }}
{{- end }}
{{- end -}}

{{/* Takes a workload. */}}
{{- define "dualcontrol.container" -}}
name: {{ .component }}
image: {{ include "dualcontrol.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
command: [python, -m, {{ .component }}, {{ .role }}]
envFrom:
  - configMapRef: {name: {{ include "dualcontrol.fullname" .root }}-{{ .component }}}
env:
  {{- if ne .component "portal" }}
  - {name: DUALCONTROL_DRAIN_SECONDS, value: {{ int .config.drainSeconds | quote }}}
  {{- end }}
  {{- if .root.Values.tracing.endpoint }}
  - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
  - {name: OTEL_RESOURCE_ATTRIBUTES, value: "k8s.pod.name=$(POD_NAME),k8s.namespace.name=$(POD_NAMESPACE),service.version={{ .root.Chart.AppVersion }}"}
  {{- end }}
  - {name: TMPDIR, value: /tmp}
  {{- with .config.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  {{- include "dualcontrol.ports" . | nindent 2 }}
{{- include "dualcontrol.probes" . }}
{{- include "dualcontrol.preStop" . }}
securityContext:
  {{- include "dualcontrol.containerSecurity" . | nindent 2 }}
resources:
  {{- toYaml .config.resources | nindent 2 }}
volumeMounts:
  {{- include "dualcontrol.mounts" (dict "volumes" (include "dualcontrol.volumes" . | fromYamlArray) "subPath" .root.Values.law.subPath) | trim | nindent 2 }}
  {{- with .config.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Takes a workload. */}}
{{- define "dualcontrol.pod" -}}
metadata:
  annotations:
    checksum/config: {{ include "dualcontrol.settings" (dict "root" .root "component" .component) | sha256sum }}
    {{- if not .root.Values.identity.trust.existingConfigMap }}
    checksum/trust: {{ toJson .root.Values.identity.trust | sha256sum }}
    {{- end }}
    {{- with .config.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "dualcontrol.podLabels" . | nindent 4 }}
    {{- with .config.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "dualcontrol.serviceAccount" . | quote }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int .config.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "dualcontrol.podSecurity" . | nindent 4 }}
  {{- include "dualcontrol.pullSecrets" .root | indent 2 }}
  {{- include "dualcontrol.placing" .config | indent 2 }}
  {{- include "dualcontrol.spreading" . | nindent 2 }}
  containers:
    - {{- include "dualcontrol.container" . | nindent 6 }}
  volumes:
    {{- include "dualcontrol.volumes" . | nindent 4 }}
    {{- with .config.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Takes a workload. */}}
{{- define "dualcontrol.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "dualcontrol.labels" . | nindent 4 }}
spec:
  {{- if .root.Values.backup.restore.enabled }}
  replicas: 0
  {{- else if not (include "dualcontrol.scaler" .) }}
  replicas: {{ int .config.replicas }}
  {{- end }}
  revisionHistoryLimit: {{ int .config.revisionHistoryLimit }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxSurge: {{ .config.maxSurge }}, maxUnavailable: {{ .config.maxUnavailable }}}
  selector:
    matchLabels:
      {{- include "dualcontrol.selector" . | nindent 6 }}
  template:
    {{- include "dualcontrol.pod" . | nindent 4 }}
{{- end -}}
