"""Energy accounting by GB/T 2589: physical amounts in standard coal, each on its basis and under its document."""
