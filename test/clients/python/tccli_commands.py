import json
import os
import re
import subprocess
import sys
from importlib.metadata import version

import certifi

from steps import perform

tccli = os.path.join(os.path.dirname(sys.executable), "tccli")
endpoint = os.environ.get("CVM_ENDPOINT")
ca = os.environ.get("CVM_CA")


class ApiError(Exception):
    code = None


def option(name, value):
    return [] if value is None else [f"--{name}", json.dumps(value) if isinstance(value, (list, dict)) else str(value)]


def call(region, credential, action, params):
    command = [tccli, "cvm", action, "--region", region, "--output", "json"]
    command += option("secretId", credential["secretId"]) + option("secretKey", credential["secretKey"])
    command += option("token", credential.get("token")) + option("endpoint", endpoint)
    for name, value in params.items():
        command += option(name, value)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return json.loads(done.stdout)
    error = ApiError((done.stdout + done.stderr).strip().splitlines()[-1])
    known = re.search(r"code:\s*([A-Za-z0-9.]+)", str(error))
    error.code = known and known.group(1)
    raise error


# It trusts the certificates in this file and no others
with open(certifi.where(), "r+", encoding="utf-8") as trusted:
    before = len(trusted.read())
    if ca:
        with open(ca, encoding="utf-8") as file:
            trusted.write("\n" + file.read())
        trusted.flush()
    try:
        perform(version("tccli"), call)
    finally:
        trusted.truncate(before)
