"""目标与预警: keeps what regions report, and derives the warning level that follows (晴雨表)."""
