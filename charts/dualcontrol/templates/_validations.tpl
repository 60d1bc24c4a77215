{{/* What the schema cannot say: values that do not go together, each with advice. All of them at once. */}}

{{- define "dualcontrol.problems" -}}
{{- $v := .Values -}}
{{- $components := include "dualcontrol.components" . | fromYamlArray -}}
{{- if not $v.kafka.bootstrap }}
- kafka.bootstrap is empty. Set host:port of one or several brokers.
{{- end }}
{{- include "dualcontrol.databaseProblems" . }}
{{- range $component := $components }}
{{- $service := include "dualcontrol.valuesOf" (dict "root" $ "component" $component) | fromYaml }}
{{- $path := ternary "portal" (printf "services.%s" $component) (eq $component "portal") }}
{{- if and $v.tls.enabled (not (include "dualcontrol.tlsSecret" (dict "root" $ "component" $component))) }}
- {{ $path }}: tls.enabled without a certificate. Set tls.certManager.enabled, tls.existingSecret, or {{ $path }}.tls.existingSecret.
{{- end }}
{{- if and (ne $component "portal") (hasPrefix "SASL" $v.kafka.security) (not (or $v.kafka.sasl.existingSecret $service.kafka.saslSecret)) }}
- {{ $path }}: kafka.security {{ $v.kafka.security }} needs a password. Set kafka.sasl.existingSecret, or {{ $path }}.kafka.saslSecret.
{{- end }}
{{- end }}
{{- if and $v.backup.enabled (hasPrefix "SASL" $v.kafka.security) (not $v.kafka.sasl.existingSecret) }}
- backup.enabled: backups read Kafka too. Set kafka.sasl.existingSecret to a user that may describe and read every topic.
{{- end }}
{{- if not (or $v.identity.trust.existingConfigMap $v.identity.trust.issuers) }}
- identity.trust: nobody could call. Set identity.trust.issuers, or identity.trust.existingConfigMap (docs/access.md).
{{- end }}
{{- if and $v.tls.certManager.enabled (not $v.tls.enabled) }}
- tls.certManager.enabled without tls.enabled: certificates would be made that nobody uses. Set tls.enabled.
{{- end }}
{{- if and $v.tls.certManager.enabled (not $v.tls.certManager.issuerRef.name) }}
- tls.certManager.issuerRef.name is empty. Name an Issuer or a ClusterIssuer.
{{- end }}
{{- if $v.portal.enabled }}
{{- if not $v.portal.publicAddress }}
- portal.publicAddress is empty. Set how browsers know it, e.g. https://portal.example, or portal.enabled=false.
{{- end }}
{{- if not $v.portal.issuer }}
- portal.issuer is empty. Set the provider of sign-in, or portal.enabled=false.
{{- end }}
{{- if eq $v.settings.purpose "production" }}
{{- range $name := list "publicAddress" "issuer" }}
{{- if hasPrefix "http://" (index $v.portal $name) }}
- portal.{{ $name }} is not protected by TLS, which only settings.purpose=demo on one machine may do without.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if and $v.ingress.enabled (not $v.portal.enabled) }}
- ingress.enabled, but the portal is off. Set portal.enabled, or ingress.enabled=false.
{{- end }}
{{- if and (or $v.ingress.enabled $v.gateway.enabled) $v.networkPolicy.enabled $v.portal.enabled (not $v.networkPolicy.browsers) }}
- networkPolicy.browsers is empty, so the ingress or gateway could not reach the portal. Name its pods there.
{{- end }}
{{- if and $v.gateway.enabled (not $v.gateway.parentRefs) }}
- gateway.parentRefs is empty. Name the Gateway that the routes belong to.
{{- end }}
{{- if and $v.gateway.enabled $v.gateway.grpcHostnames $v.networkPolicy.enabled (not $v.networkPolicy.partners) }}
- networkPolicy.partners is empty, so the gateway could not reach the services. Name its pods there.
{{- end }}
{{- if and (not $v.serviceAccounts.create) (not $v.serviceAccounts.existing) }}
- serviceAccounts.create=false needs serviceAccounts.existing.
{{- end }}
{{- if and $v.backup.restore.enabled (not $v.backup.enabled) }}
- backup.restore.enabled needs backup.enabled: that names the claim with the backups.
{{- end }}
{{- if and $v.backup.restore.enabled $v.migrations.enabled }}
- backup.restore.enabled goes into empty databases: set migrations.enabled=false until it is done.
{{- end }}
{{- if and $v.backup.moments.enabled (not $v.backup.enabled) }}
- backup.moments.enabled needs backup.enabled.
{{- end }}
{{- if and $v.strimzi.enabled (not $v.strimzi.cluster) }}
- strimzi.cluster is empty. Name the Kafka that the topics belong to.
{{- end }}
{{- include "dualcontrol.workloadProblems" . }}
{{- end -}}

{{/* One line for each kind of DSN, whoever lacks it. */}}
{{- define "dualcontrol.databaseProblems" -}}
{{- $v := .Values -}}
{{- $serving := list -}}
{{- $owner := list -}}
{{- range $component := include "dualcontrol.components" . | fromYamlArray -}}
{{- $own := (include "dualcontrol.valuesOf" (dict "root" $ "component" $component) | fromYaml).postgres -}}
{{- if not (or $v.postgres.serving.existingSecret $own.servingSecret) -}}
{{- $serving = append $serving $component -}}
{{- end -}}
{{- if and (or $v.migrations.enabled $v.backup.enabled) (not (or $v.postgres.owner.existingSecret $own.ownerSecret)) -}}
{{- $owner = append $owner $component -}}
{{- end -}}
{{- end -}}
{{- with $serving }}
- no Secret holds the DSN of {{ join ", " . }}. Set postgres.serving.existingSecret (a key each), or services.<name>.postgres.servingSecret.
{{- end }}
{{- with $owner }}
- no Secret holds the DSN of the owner of the database of {{ join ", " . }}. Set postgres.owner.existingSecret (a key each), or services.<name>.postgres.ownerSecret.
{{- end }}
{{- end -}}

{{- define "dualcontrol.workloadProblems" -}}
{{- $v := .Values -}}
{{- $found := dict -}}
{{- include "dualcontrol.workloads" (dict "root" . "into" $found) -}}
{{- range $found.list }}
{{- $c := .config }}
{{- if lt (int $c.terminationGracePeriodSeconds) (add $c.preStopSeconds $c.drainSeconds 20 | int) }}
- {{ .name }}: terminationGracePeriodSeconds {{ int $c.terminationGracePeriodSeconds }} is less than preStopSeconds + drainSeconds + 20: it would be killed before it is done.
{{- end }}
{{- if and (eq (int $c.maxSurge) 0) (eq (int $c.maxUnavailable) 0) }}
- {{ .name }}: maxSurge and maxUnavailable are both 0: no update could begin.
{{- end }}
{{- if and (eq .role "all") $c.keda.enabled }}
- {{ .name }}: keda scales consumers alone. Set mode=split, or keda.enabled=false and hpa.enabled=true.
{{- end }}
{{- if and (eq .role "consume") $c.hpa.enabled (not $c.keda.enabled) (not $v.defaults.hpa.enabled) }}
- {{ .name }}: hpa scales what serves requests. Use keda for consumers.
{{- end }}
{{- if eq (include "dualcontrol.scaler" .) "keda" }}
{{- if gt (int $c.keda.maxReplicas) (int $v.kafka.topics.partitions) }}
- {{ .name }}: keda.maxReplicas {{ int $c.keda.maxReplicas }} is more than kafka.topics.partitions {{ int $v.kafka.topics.partitions }}: the rest would have nothing to do.
{{- end }}
{{- if gt (int $c.keda.minReplicas) (int $c.keda.maxReplicas) }}
- {{ .name }}: keda.minReplicas is more than keda.maxReplicas.
{{- end }}
{{- end }}
{{- if and (eq (include "dualcontrol.scaler" .) "hpa") (gt (int $c.hpa.minReplicas) (int $c.hpa.maxReplicas)) }}
- {{ .name }}: hpa.minReplicas is more than hpa.maxReplicas.
{{- end }}
{{- end }}
{{- end -}}
