create macro twice(x) as twice(x) + x;
