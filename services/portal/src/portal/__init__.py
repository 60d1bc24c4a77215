"""The reviewers' portal: pages over the services' gRPC. It owns no data but its sessions."""
