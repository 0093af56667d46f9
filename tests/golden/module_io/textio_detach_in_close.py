# close() of a text stream whose buffer's `closed` detaches it.
import io

wrapper = None

class Raw(io.RawIOBase):
    @property
    def closed(self):
        if wrapper is not None and not detached:
            detached.append(True)
            wrapper.detach()
        return False

detached = []
wrapper = io.TextIOWrapper(Raw())
print(wrapper.close(), len(detached))
# expect: None 1
