{{/* What the platform is made of, as it stands in the code: `make chart-check` holds it against the services. */}}

{{- define "dualcontrol.topology" -}}
services: [filing, review, capacity, budget, targets, screening]
ports: {grpc: 50051, health: 50052, metrics: 9464, http: 8080}
consumes:
  filing: []
  review: [dualcontrol.filing.events.v1, dualcontrol.screening.events.v1]
  capacity: [dualcontrol.filing.events.v1, dualcontrol.review.events.v1]
  budget: [dualcontrol.budget.commands.v1]
  targets: [dualcontrol.budget.events.v1, dualcontrol.targets.readings.v1]
  screening:
    - dualcontrol.filing.events.v1
    - dualcontrol.review.events.v1
    - dualcontrol.capacity.events.v1
    - dualcontrol.budget.events.v1
    - dualcontrol.targets.events.v1
publishes:
  filing: [dualcontrol.filing.events.v1]
  review: [dualcontrol.review.events.v1]
  capacity: [dualcontrol.capacity.events.v1]
  budget: [dualcontrol.budget.events.v1]
  targets: [dualcontrol.targets.events.v1, dualcontrol.targets.readings.v1]
  screening: [dualcontrol.screening.events.v1, dualcontrol.budget.commands.v1]
calls:
  screening: [review, capacity]
  portal: [filing, review, capacity, budget, targets, screening]
grpc:
  filing:
    - dualcontrol.filing.v1.FilingService
  review:
    - dualcontrol.review.v1.OpinionService
    - dualcontrol.review.v1.ReviewService
    - dualcontrol.review.v1.RevocationService
  capacity:
    - dualcontrol.capacity.v1.CapacityService
  budget:
    - dualcontrol.budget.v1.BudgetService
    - dualcontrol.budget.v1.OffsetsService
    - dualcontrol.budget.v1.PeriodsService
  targets:
    - dualcontrol.targets.v1.AssessmentService
    - dualcontrol.targets.v1.EntriesService
    - dualcontrol.targets.v1.PublishingService
    - dualcontrol.targets.v1.ReadingsService
    - dualcontrol.targets.v1.TargetsService
  screening:
    - dualcontrol.screening.v1.PersonsService
    - dualcontrol.screening.v1.ScreeningService
    - dualcontrol.screening.v1.SimulationService
deadLetterPartitions: 1
eventBytesMax: 2097152
{{- end -}}
