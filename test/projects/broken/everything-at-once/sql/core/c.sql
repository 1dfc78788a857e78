select x from core.e
