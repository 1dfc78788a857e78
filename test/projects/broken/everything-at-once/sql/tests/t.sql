delete from core.a
