import json
from importlib.metadata import version

from QcloudApi.qcloudapi import QcloudApi

from steps import perform


class ApiError(Exception):
    def __init__(self, error):
        super().__init__(error["Message"])
        self.code = error["Code"]


def call(region, credential, action, params):
    config = {"secretId": credential["secretId"], "secretKey": credential["secretKey"], "Region": region}
    config.update(Version="2017-03-12", method="POST", Token=credential.get("token", ""))
    service = QcloudApi("cvm", config)
    answer = json.loads(service.call(action, params))["Response"]
    if "Error" in answer:
        raise ApiError(answer["Error"])
    return answer


perform(version("qcloudapi-sdk-python"), call)
