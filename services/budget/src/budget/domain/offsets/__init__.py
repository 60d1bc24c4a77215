"""What lowers a region's counted consumption (能耗扣减), and savings that replace new consumption (能耗替代)."""
