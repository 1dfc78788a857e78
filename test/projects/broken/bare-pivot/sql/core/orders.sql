pivot raw.orders on currency using sum(amount)
