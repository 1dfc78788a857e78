select x form core.b, z
