{{/* The roles and their programs. */}}
{{- define "annals.programs" -}}
gateway: gateway
identity: command-side
commands: command-side
worker: command-side
queries: query-side
{{- end }}

{{/* The labels that select the pods of a component; of all pods without one. Arguments: root, component. */}}
{{- define "annals.selector" -}}
app.kubernetes.io/name: annals
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* The labels of an object. Arguments: root, component. */}}
{{- define "annals.labels" -}}
{{ include "annals.selector" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: annals-{{ .root.Chart.Version }}
{{- end }}

{{/* Fails with one sentence if the values do not fit. */}}
{{- define "annals.check" -}}
{{- $required := dict
  "image.tag" .Values.image.tag
  "publicUrl" .Values.publicUrl
  "proxies" .Values.proxies
  "masterKey.existingSecret" .Values.masterKey.existingSecret
  "postgresql.url" .Values.postgresql.url
  "postgresql.existingSecret" .Values.postgresql.existingSecret
  "mongodb.existingSecret" .Values.mongodb.existingSecret
  "redis.existingSecret" .Values.redis.existingSecret
  "mail.host" .Values.mail.host
  "mail.from" .Values.mail.from
  "s3.bucket" .Values.s3.bucket }}
{{- $missing := list }}
{{- range $name := keys $required | sortAlpha }}
  {{- if empty (get $required $name) }}{{ $missing = append $missing $name }}{{ end }}
{{- end }}
{{- if $missing }}
  {{- fail (printf "The values are not complete, not set: %s." (join ", " $missing)) }}
{{- end }}
{{- if and .Values.redis.sentinel.nodes .Values.redis.cluster.nodes }}
  {{- fail "Redis has either redis.sentinel.nodes or redis.cluster.nodes." }}
{{- end }}
{{- if ne (empty .Values.redis.sentinel.nodes) (empty .Values.redis.sentinel.master) }}
  {{- fail "Redis with Sentinel needs both redis.sentinel.master and redis.sentinel.nodes." }}
{{- end }}
{{- range $role, $its := .Values.roles }}
  {{- if lt (int $its.maxReplicas) (int $its.minReplicas) }}
    {{- fail (printf "The value roles.%s.maxReplicas must be at least minReplicas, %d." $role (int $its.minReplicas)) }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A variable from a Secret. Arguments: name, secret, key, and optional if the key may be absent. */}}
{{- define "annals.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{ end }}

{{- define "annals.env.database" -}}
- name: SPRING_PROFILES_ACTIVE
  value: {{ .Values.profile }}
- name: SPRING_DATASOURCE_URL
  value: {{ .Values.postgresql.url | quote }}
{{ include "annals.secret" (dict "name" "SPRING_DATASOURCE_USERNAME" "secret" .Values.postgresql.existingSecret "key" "username") -}}
{{ include "annals.secret" (dict "name" "SPRING_DATASOURCE_PASSWORD" "secret" .Values.postgresql.existingSecret "key" "password") -}}
{{- end }}

{{- define "annals.env.redis" -}}
{{- $secret := .Values.redis.existingSecret -}}
{{- if .Values.redis.sentinel.nodes -}}
- name: SPRING_DATA_REDIS_SENTINEL_MASTER
  value: {{ .Values.redis.sentinel.master | quote }}
- name: SPRING_DATA_REDIS_SENTINEL_NODES
  value: {{ join "," .Values.redis.sentinel.nodes | quote }}
{{ else if .Values.redis.cluster.nodes -}}
- name: SPRING_DATA_REDIS_CLUSTER_NODES
  value: {{ join "," .Values.redis.cluster.nodes | quote }}
{{ end -}}
{{- if or .Values.redis.sentinel.nodes .Values.redis.cluster.nodes -}}
{{ include "annals.secret" (dict "name" "SPRING_DATA_REDIS_USERNAME" "secret" $secret "key" "username" "optional" true) -}}
{{ include "annals.secret" (dict "name" "SPRING_DATA_REDIS_PASSWORD" "secret" $secret "key" "password") -}}
{{- else -}}
{{ include "annals.secret" (dict "name" "SPRING_DATA_REDIS_URL" "secret" $secret "key" "url") -}}
{{- end -}}
{{- end }}

{{- define "annals.env.side" -}}
{{ include "annals.env.database" . -}}
{{ include "annals.env.redis" . -}}
{{ include "annals.secret" (dict "name" "ANNALS_MASTER_KEY" "secret" .Values.masterKey.existingSecret "key" "master-key") -}}
{{ include "annals.secret" (dict "name" "ANNALS_MASTER_KEY_PREVIOUS" "secret" .Values.masterKey.existingSecret "key" "master-key-previous" "optional" true) -}}
- name: ANNALS_PUBLIC_URL
  value: {{ .Values.publicUrl | quote }}
- name: ANNALS_PROXIES
  value: {{ join "," .Values.proxies | quote }}
{{ end }}

{{/* Arguments: root, role. */}}
{{- define "annals.env.command-side" -}}
{{- $root := .root -}}
{{- with $root.Values -}}
{{ include "annals.env.side" $root -}}
- name: ANNALS_ROLES
  value: {{ $.role }}
- name: ANNALS_MIGRATE
  value: "false"
- name: ANNALS_ATTACHMENTS_FOLDER
  value: /var/lib/annals/attachments
- name: ANNALS_ATTACHMENTS_S3_BUCKET
  value: {{ .s3.bucket | quote }}
{{- with .s3.endpoint }}
- name: ANNALS_ATTACHMENTS_S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
- name: ANNALS_ATTACHMENTS_S3_REGION
  value: {{ .s3.region | quote }}
- name: ANNALS_ATTACHMENTS_S3_PATH_STYLE
  value: {{ .s3.pathStyle | quote }}
{{ with .s3.existingSecret -}}
{{ include "annals.secret" (dict "name" "ANNALS_ATTACHMENTS_S3_ACCESS_KEY" "secret" . "key" "access-key") -}}
{{ include "annals.secret" (dict "name" "ANNALS_ATTACHMENTS_S3_SECRET_KEY" "secret" . "key" "secret-key") -}}
{{- end -}}
- name: ANNALS_MAIL_FROM
  value: {{ .mail.from | quote }}
- name: SPRING_MAIL_HOST
  value: {{ .mail.host | quote }}
- name: SPRING_MAIL_PORT
  value: {{ .mail.port | quote }}
{{- if eq .mail.encryption "starttls" }}
- name: SPRING_MAIL_PROPERTIES_MAIL_SMTP_STARTTLS_REQUIRED
  value: "true"
{{- else if eq .mail.encryption "tls" }}
- name: SPRING_MAIL_SSL_ENABLED
  value: "true"
{{- end }}
{{ if and (eq $.role "worker") .mail.existingSecret -}}
{{ include "annals.secret" (dict "name" "SPRING_MAIL_USERNAME" "secret" .mail.existingSecret "key" "username") -}}
{{ include "annals.secret" (dict "name" "SPRING_MAIL_PASSWORD" "secret" .mail.existingSecret "key" "password") -}}
{{- end -}}
{{- if and (eq $.role "identity") .admin.existingSecret -}}
{{ include "annals.secret" (dict "name" "ANNALS_ADMIN_EMAIL" "secret" .admin.existingSecret "key" "email") -}}
{{ include "annals.secret" (dict "name" "ANNALS_ADMIN_PASSWORD" "secret" .admin.existingSecret "key" "password") -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "annals.env.query-side" -}}
{{ include "annals.env.side" .root -}}
{{ include "annals.secret" (dict "name" "SPRING_MONGODB_URI" "secret" .root.Values.mongodb.existingSecret "key" "uri") -}}
{{- end }}

{{/* A URL is listed twice: if its connection is refused, the gateway tries the next one, for which the Service may choose another pod. */}}
{{- define "annals.env.gateway" -}}
- name: SPRING_PROFILES_ACTIVE
  value: {{ .root.Values.profile }}
{{- range $role := list "commands" "identity" "queries" }}
{{- $url := printf "http://%s-%s:8080" $.root.Release.Name $role }}
- name: ANNALS_GATEWAY_{{ upper $role }}
  value: {{ $url }},{{ $url }}
{{- end }}
{{ end }}

{{/* Arguments: root, role. */}}
{{- define "annals.env" -}}
{{- $program := get (include "annals.programs" . | fromYaml) .role -}}
{{ include (printf "annals.env.%s" $program) . -}}
- name: ANNALS_DRAIN
  value: {{ .root.Values.drainSeconds }}s
{{- with .root.Values.tracing.endpoint }}
- name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with .root.Values.env }}
{{ toYaml . }}
{{- end }}
{{- with (get .root.Values.roles .role).env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The part of a pod's specification that all pods have. */}}
{{- define "annals.pod" -}}
automountServiceAccountToken: false
# Its variables, such as ANNALS_IDENTITY_PORT, look like properties of the programs.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.pod.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The part of a container's specification that all containers have. Arguments: root, program. */}}
{{- define "annals.container" -}}
name: {{ .program }}
image: {{ .root.Values.image.prefix }}/{{ .program }}:{{ .root.Values.image.tag }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
