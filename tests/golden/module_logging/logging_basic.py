import logging, io
s = io.StringIO()
logging.basicConfig(stream=s, level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("app.sub")
log.info("hello %s", "x")
log.debug("hidden")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
print(s.getvalue().splitlines()[:2], "ZeroDivisionError: division by zero" in s.getvalue(), log.getEffectiveLevel())

# expect: ['INFO:app.sub:hello x', 'ERROR:app.sub:failed'] True 20
