"""The product's settings under test: a home of the run's own and passwords that hash fast.

It changes nothing that a promise depends on: the role, the guards and the middleware are the product's.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "HOLDFAST_TEST_HOME" not in os.environ:
    # Set once by the process that starts the run; its workers inherit it and share the one server.
    _folder = Path(tempfile.mkdtemp(prefix="holdfast-test-"))
    _folder.chmod(0o711)
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["HOLDFAST_TEST_HOME"] = str(_folder)
os.environ["HOLDFAST_HOME"] = os.environ["HOLDFAST_TEST_HOME"]
os.environ.setdefault("HOLDFAST_SANDBOX", "1")

from holdfast.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False  # noqa: F405
