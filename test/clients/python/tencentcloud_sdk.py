import json
import os
from importlib.metadata import version
from urllib.parse import urlparse

from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.retry import StandardRetryer
from tencentcloud.cvm.v20170312 import models
from tencentcloud.cvm.v20170312.cvm_client import CvmClient

from steps import perform

endpoint = urlparse(os.environ.get("CVM_ENDPOINT", ""))
ca = os.environ.get("CVM_CA")

if endpoint.scheme == "http":
    # snippet endpoint: endpoint.netloc = "127.0.0.1:8213"
    http_profile = HttpProfile(protocol="http", endpoint=endpoint.netloc)
    # end
elif endpoint.scheme == "https":
    # snippet tls: endpoint.netloc = "127.0.0.1:8214", ca = "ca.pem"
    http_profile = HttpProfile(endpoint=endpoint.netloc, certification=ca)
    # end
else:
    # snippet proxy: ca = "ca.pem"
    http_profile = HttpProfile(certification=ca)
    # end


def call(region, credential, action, params):
    account = Credential(credential["secretId"], credential["secretKey"], credential.get("token"))
    retryer = StandardRetryer(backoff_fn=lambda attempt: 0)
    client = CvmClient(account, region, ClientProfile(httpProfile=http_profile, retryer=retryer))
    request = getattr(models, action + "Request")()
    request.from_json_string(json.dumps(params))
    return json.loads(getattr(client, action)(request).to_json_string())


perform(version("tencentcloud-sdk-python"), call, retries=True)
