"""Checks what must hold over all services, whatever they are doing meanwhile; reads only."""
