# SPDX-License-Identifier: MIT
"""_sysconfig.config_vars(), and that sysconfig shows the same."""
import _sysconfig
import sysconfig

found = _sysconfig.config_vars()
print(sorted(found), all(sysconfig.get_config_var(k) == v for k, v in found.items()), found is not _sysconfig.config_vars())
# expect: ['Py_DEBUG', 'Py_GIL_DISABLED'] True True
