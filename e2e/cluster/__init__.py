"""The chart and the image on a real API server: installed, loaded, upgraded, drained, killed, rolled back, removed."""
