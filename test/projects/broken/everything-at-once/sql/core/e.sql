select x from core.c
