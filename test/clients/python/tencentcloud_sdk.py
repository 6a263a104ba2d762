import json
import os
from importlib.metadata import version
from urllib.parse import urlparse

# snippet endpoint proxy tls
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cvm.v20170312.cvm_client import CvmClient

# end
from tencentcloud.common.retry import StandardRetryer
from tencentcloud.cvm.v20170312 import models

from steps import perform

endpoint = urlparse(os.environ.get("CVM_ENDPOINT", ""))
ca_file = os.environ.get("CVM_CA")

if endpoint.scheme == "http":
    # snippet endpoint; endpoint.netloc => "127.0.0.1:8213"
    http_profile = HttpProfile(protocol="http", endpoint=endpoint.netloc)
    # end
elif endpoint.scheme == "https":
    # snippet tls; endpoint.netloc => "127.0.0.1:8443"; ca_file => "ca.pem"
    http_profile = HttpProfile(endpoint=endpoint.netloc, certification=ca_file)
    # end
else:
    # snippet proxy; ca_file => "ca.pem"
    http_profile = HttpProfile(certification=ca_file)
    # end


def call(region, credential, action, params):
    retryer = StandardRetryer(backoff_fn=lambda attempt: 0)
    secret = credential["secretId"], credential["secretKey"], credential.get("token")
    # snippet endpoint proxy tls; *secret => "AKIDexample", "any"; region => "ap-guangzhou"; , retryer=retryer =>
    profile = ClientProfile(httpProfile=http_profile, retryer=retryer)
    client = CvmClient(Credential(*secret), region, profile)
    # end
    request = getattr(models, action + "Request")()
    request.from_json_string(json.dumps(params))
    return json.loads(getattr(client, action)(request).to_json_string())


perform(version("tencentcloud-sdk-python"), call, retries=True)
