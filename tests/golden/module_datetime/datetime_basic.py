from datetime import datetime, date, timedelta, timezone
d = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)
print(d, repr(d), d + timedelta(days=1), d.isoformat(), d.strftime("%d/%m/%y"), date(2024, 1, 1).weekday(), datetime.fromisoformat("2024-01-02T03:04:05"), timedelta(hours=25), (date(2024, 3, 1) - date(2024, 2, 1)).days, d.timestamp())
try:
    date(2023, 2, 29)
except ValueError as e:
    print(e)

# expect: 2024-02-29 12:30:00+00:00 datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc) 2024-03-01 12:30:00+00:00 2024-02-29T12:30:00+00:00 29/02/24 0 2024-01-02 03:04:05 1 day, 1:00:00 29 1709209800.0
# expect: day 29 must be in range 1..28 for month 2 in year 2023
