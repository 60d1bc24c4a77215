"""The dossier: what an applicant states about a project. `model` is pure; `wire` and `checks` know the contracts."""
