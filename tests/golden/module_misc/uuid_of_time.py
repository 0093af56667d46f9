# SPDX-License-Identifier: MIT
import uuid
import _uuid

raw, safe = _uuid.generate_time_safe()
print(len(raw), type(safe), _uuid.has_uuid_generate_time_safe, _uuid.has_stable_extractable_node)  # expect: 16 <class 'int'> 1 0
ids = [uuid.uuid1() for i in range(100)]
print(len(set(ids)), {i.version for i in ids}, ids == sorted(ids, key=lambda i: i.time), ids[0].is_safe in uuid.SafeUUID)  # expect: 100 {1} True True
