# SPDX-License-Identifier: MIT
# A callback posted while another thread's loop is about to poll for the first time is not overlooked.
import asyncio
import threading

late = 0
for i in range(400):
    loop = asyncio.new_event_loop()
    t = threading.Thread(target=loop.run_forever, daemon=True)
    t.start()
    for _ in range(i % 40 * 10):
        pass
    loop.call_soon_threadsafe(loop.stop)
    t.join(5)
    if t.is_alive():
        late += 1
        break
    loop.close()
print(late)

# expect: 0
