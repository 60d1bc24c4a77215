"""`python -m tools.chart_check [NAME ...] [--write]`: whether the chart is what it promises (`make chart-check`)."""
