{{/* Settings of a process: the environment as a map, so that it can stand in a ConfigMap or in a Job. */}}

{{/* Takes {root, component}. */}}
{{- define "dualcontrol.settings" -}}
{{- $values := .root.Values -}}
{{- $service := include "dualcontrol.valuesOf" . | fromYaml -}}
{{- $env := dict -}}
{{- include "dualcontrol.commonSettings" (dict "root" .root "env" $env) -}}
{{- if eq .component "portal" -}}
{{- include "dualcontrol.portalSettings" (dict "root" .root "env" $env) -}}
{{- else -}}
{{- include "dualcontrol.kafkaSettings" (dict "root" .root "component" .component "env" $env) -}}
{{- include "dualcontrol.serviceSettings" (dict "root" .root "component" .component "env" $env) -}}
{{- end -}}
{{- if $values.tls.enabled -}}
{{- $_ := set $env "DUALCONTROL_PEER_TLS_CA" "/etc/dualcontrol/tls/ca.crt" -}}
{{- if $values.tls.clientCertificates -}}
{{- $_ := set $env "DUALCONTROL_PEER_TLS_CERTIFICATE" "/etc/dualcontrol/tls/tls.crt" -}}
{{- $_ := set $env "DUALCONTROL_PEER_TLS_KEY" "/etc/dualcontrol/tls/tls.key" -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $service.settings -}}
{{- $_ := set $env $name (toString $value) -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{- define "dualcontrol.commonSettings" -}}
{{- $values := .root.Values -}}
{{- $env := .env -}}
{{- $_ := set $env "DUALCONTROL_SECRETS_FOLDER" "/etc/dualcontrol/secrets" -}}
{{- $_ := set $env "DUALCONTROL_TRUST_FILE" "/etc/dualcontrol/trust/trust.yaml" -}}
{{- $_ := set $env "DUALCONTROL_PURPOSE" $values.settings.purpose -}}
{{- $_ := set $env "DUALCONTROL_PROVINCE" $values.settings.province -}}
{{- $_ := set $env "DUALCONTROL_LOG_LEVEL" $values.settings.logLevel -}}
{{- $_ := set $env "DUALCONTROL_POSTGRES_CONNECTIONS" (int $values.postgres.connections | toString) -}}
{{- $_ := set $env "PYTHONUNBUFFERED" "1" -}}
{{- $_ := set $env "PYTHONDONTWRITEBYTECODE" "1" -}}
{{- if $values.law.existingClaim -}}
{{- $_ := set $env "DUALCONTROL_LAW_FOLDER" "/etc/dualcontrol/law" -}}
{{- end -}}
{{- end -}}

{{- define "dualcontrol.serviceSettings" -}}
{{- $values := .root.Values -}}
{{- $env := .env -}}
{{- $topology := include "dualcontrol.topology" .root | fromYaml -}}
{{- $fullname := include "dualcontrol.fullname" .root -}}
{{- range $name, $port := dict "GRPC" $topology.ports.grpc "HEALTH" $topology.ports.health "METRICS" $topology.ports.metrics -}}
{{- $_ := set $env (printf "DUALCONTROL_%s_ADDRESS" $name) (printf "0.0.0.0:%d" (int $port)) -}}
{{- end -}}
{{- $_ := set $env "DUALCONTROL_GRPC_REFLECTION" (toString $values.settings.grpcReflection) -}}
{{- $_ := set $env "DUALCONTROL_CALLS_PER_SECOND_MAX" (int $values.settings.callsPerSecondMax | toString) -}}
{{- range $peer := index $topology.calls .component -}}
{{- $_ := set $env (printf "DUALCONTROL_%s_ADDRESS" (upper $peer)) (printf "%s-%s:%d" $fullname $peer (int $topology.ports.grpc)) -}}
{{- end -}}
{{- if and (index $topology.calls .component) $values.identity.tokens.existingSecret -}}
{{- $_ := set $env "DUALCONTROL_TOKEN_FILE" "/etc/dualcontrol/token/token" -}}
{{- end -}}
{{- if $values.tls.enabled -}}
{{- $_ := set $env "DUALCONTROL_GRPC_TLS_CERTIFICATE" "/etc/dualcontrol/tls/tls.crt" -}}
{{- $_ := set $env "DUALCONTROL_GRPC_TLS_KEY" "/etc/dualcontrol/tls/tls.key" -}}
{{- if $values.tls.clientCertificates -}}
{{- $_ := set $env "DUALCONTROL_GRPC_TLS_CLIENT_CA" "/etc/dualcontrol/tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- if $values.tracing.endpoint -}}
{{- $_ := set $env "DUALCONTROL_OTLP_ENDPOINT" $values.tracing.endpoint -}}
{{- $_ := set $env "DUALCONTROL_TRACE_RATIO" (toString $values.tracing.ratio) -}}
{{- end -}}
{{- end -}}

{{- define "dualcontrol.kafkaSettings" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $env := .env -}}
{{- $service := dict "kafka" (dict "username" "" "clientSecret" "") -}}
{{- if .component -}}
{{- $service = index .root.Values.services .component -}}
{{- end -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_BOOTSTRAP" $kafka.bootstrap -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_SECURITY" $kafka.security -}}
{{- $_ := set $env "DUALCONTROL_CONSUMER_SESSION_SECONDS" (int $kafka.sessionSeconds | toString) -}}
{{- $_ := set $env "DUALCONTROL_TOPIC_PARTITIONS" (int $kafka.topics.partitions | toString) -}}
{{- $_ := set $env "DUALCONTROL_TOPIC_REPLICAS" (int $kafka.topics.replicas | toString) -}}
{{- if hasPrefix "SASL" $kafka.security -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_SASL_MECHANISM" $kafka.sasl.mechanism -}}
{{- with default $kafka.sasl.username $service.kafka.username -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_USERNAME" . -}}
{{- end -}}
{{- end -}}
{{- if hasSuffix "SSL" $kafka.security -}}
{{- if $kafka.tls.caSecret -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_TLS_CA" "/etc/dualcontrol/kafka/ca.crt" -}}
{{- end -}}
{{- if default $kafka.tls.clientSecret $service.kafka.clientSecret -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_TLS_CERTIFICATE" "/etc/dualcontrol/kafka/tls.crt" -}}
{{- $_ := set $env "DUALCONTROL_KAFKA_TLS_KEY" "/etc/dualcontrol/kafka/tls.key" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "dualcontrol.portalSettings" -}}
{{- $root := .root -}}
{{- $portal := $root.Values.portal -}}
{{- $env := .env -}}
{{- $topology := include "dualcontrol.topology" $root | fromYaml -}}
{{- $fullname := include "dualcontrol.fullname" $root -}}
{{- $_ := set $env "DUALCONTROL_HTTP_ADDRESS" (printf "0.0.0.0:%d" (int $topology.ports.http)) -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_PUBLIC_ADDRESS" $portal.publicAddress -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_ISSUER" $portal.issuer -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_CLIENT" $portal.client -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_SCOPE" $portal.scope -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_PAGES_PER_SECOND_MAX" (int $portal.pagesPerSecondMax | toString) -}}
{{- with $portal.resource -}}
{{- $_ := set $env "DUALCONTROL_PORTAL_RESOURCE" . -}}
{{- end -}}
{{- range $service := $topology.services -}}
{{- if (index $root.Values.services $service).enabled -}}
{{- $_ := set $env (printf "DUALCONTROL_%s_ADDRESS" (upper $service)) (printf "%s-%s:%d" $fullname $service (int $topology.ports.grpc)) -}}
{{- $_ := set $env (printf "DUALCONTROL_%s_METRICS_ADDRESS" (upper $service)) (printf "%s-%s:%d" $fullname $service (int $topology.ports.metrics)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
