"""Readings of key energy users (重点用能单位在线监测), and the regional figures that they add up to. Pure."""
