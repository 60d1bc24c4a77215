"""`dualcontrol ops`: for whoever runs the platform, on Kubernetes or on one machine."""
