select '选择' as 标签, 😀 from, x
from raw.orders
