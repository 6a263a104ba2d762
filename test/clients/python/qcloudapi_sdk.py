import json
from importlib.metadata import version

# snippet proxy
from QcloudApi.qcloudapi import QcloudApi

# end
from steps import perform


class ApiError(Exception):
    def __init__(self, error):
        super().__init__(error["Message"])
        self.code = error["Code"]


def call(region, credential, action, params):
    secret = {"secretId": credential["secretId"], "secretKey": credential["secretKey"], "Token": credential.get("token", "")}
    # snippet proxy; **secret => "secretId": "AKIDexample", "secretKey": "any"; region => "ap-guangzhou"
    service = QcloudApi("cvm", {**secret, "Region": region, "Version": "2017-03-12", "method": "POST"})
    # end
    answer = json.loads(service.call(action, params))["Response"]
    if "Error" in answer:
        raise ApiError(answer["Error"])
    return answer


perform(version("qcloudapi-sdk-python"), call)
