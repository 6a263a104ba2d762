#!/usr/bin/env bash
# Signs requests with openssl and sends them with curl: HmacSHA256 for API 2017-03-12, and TC3-HMAC-SHA256 for API 3.0.
set -euo pipefail

url=${CVM_EMULATOR_URL:-http://127.0.0.1:8213}
host=${url#*://}
id=AKIDshell
key='a key to sign with'

# API 2017-03-12: the parameters are sorted by name
create_2017() {
  local now query text
  now=$(date +%s)
  query="Action=CreateKeyPair&KeyName=$1&Nonce=$RANDOM&ProjectId=0&SecretId=$id&SignatureMethod=HmacSHA256"
  query+="&Timestamp=$now&Version=2017-03-12"
  text="GET$host/v2/index.php?$query"
  curl -sG "$url/v2/index.php?$query" --data-urlencode \
    "Signature=$(printf %s "$text" | openssl dgst -sha256 -hmac "$key" -binary | base64)"
}

# The HMAC of standard input, in hex; the first argument is the key, in hex
hmac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" | sed 's/.* //'; }
sha256() { printf %s "$1" | openssl dgst -sha256 | sed 's/.* //'; }
hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }

# API 3.0: the key is derived from the date, the service and the word tc3_request
call_3_0() {
  local action=$1 body=$2 now date scope request text derived part
  now=$(date +%s)
  date=$(date -u -d "@$now" +%F)
  scope=$date/cvm/tc3_request
  request=$(printf 'POST\n/\n\ncontent-type:application/json\nhost:%s\n\ncontent-type;host\n%s' "$host" "$(sha256 "$body")")
  text=$(printf 'TC3-HMAC-SHA256\n%s\n%s\n%s' "$now" "$scope" "$(sha256 "$request")")
  derived=$(hex "TC3$key")
  for part in "$date" cvm tc3_request "$text"; do derived=$(printf %s "$part" | hmac "$derived"); done
  curl -s "$url/" -d "$body" -H 'Content-Type: application/json' \
    -H "X-TC-Action: $action" -H 'X-TC-Version: 2017-03-12' -H 'X-TC-Region: ap-guangzhou' -H "X-TC-Timestamp: $now" \
    -H "Authorization: TC3-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=content-type;host, Signature=$derived"
}

# Prints an answer, which must contain a text
expect() {
  echo "${2:0:120}"
  [[ $2 == *"$1"* ]] || { echo "The answer does not contain $1." >&2; exit 1; }
}

expect '"KeyName":"one"' "$(create_2017 one)"
expect '"KeyName":"two"' "$(call_3_0 CreateKeyPair '{"KeyName":"two","ProjectId":0}')"
expect '"TotalCount":2' "$(call_3_0 DescribeKeyPairs '{}')"

key='another key'
expect InvalidParameter.SignatureFailure "$(create_2017 three)"
expect AuthFailure.SignatureFailure "$(call_3_0 DescribeKeyPairs '{}')"
