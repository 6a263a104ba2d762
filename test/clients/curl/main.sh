#!/usr/bin/env bash
# Performs the scenario with curl and openssl, and prints a JSON line for each step. Node only reads and writes JSON.
set -euo pipefail

version=2017-03-12
export TZ=UTC
if [ "$CVM_API" = 3.0 ]; then own=https://cvm.tencentcloudapi.com; else own=https://cvm.api.qcloud.com; fi
url=${CVM_ENDPOINT:-$own}
host=${url#*://}

# Both put their result, in hex, into REPLY. The first argument of hmac is the key, in hex
hmac() { REPLY=$(printf %s "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r) && REPLY=${REPLY%% *}; }
sha256() { REPLY=$(printf %s "$1" | openssl dgst -sha256 -r) && REPLY=${REPLY%% *}; }

# The signing key is derived from the SecretKey, the date, the service and the word tc3_request
declare -A derived=()
derive() {
  local part
  if [ -z "${derived[$key $1]:-}" ]; then
    REPLY=$(printf %s "TC3$key" | od -An -v -tx1 | tr -d ' \n')
    for part in "$1" cvm tc3_request; do hmac "$REPLY" "$part"; done
    derived[$key $1]=$REPLY
  fi
  REPLY=${derived[$key $1]}
}

# TC3-HMAC-SHA256
call_3_0() {
  local action=$1 body=$2 now date scope request text
  printf -v now '%(%s)T'
  printf -v date '%(%F)T' "$now"
  scope=$date/cvm/tc3_request
  sha256 "$body"
  request=$(printf 'POST\n/\n\ncontent-type:application/json\nhost:%s\n\ncontent-type;host\n%s' "$host" "$REPLY")
  sha256 "$request"
  text=$(printf 'TC3-HMAC-SHA256\n%s\n%s\n%s' "$now" "$scope" "$REPLY")
  derive "$date"
  hmac "$REPLY" "$text"
  answer=$(curl -sS "$url/" -d "$body" -H 'Content-Type: application/json' ${token:+-H "X-TC-Token: $token"} \
    -H "X-TC-Action: $action" -H "X-TC-Version: $version" -H "X-TC-Region: $region" -H "X-TC-Timestamp: $now" \
    -H "Authorization: TC3-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=content-type;host, Signature=$REPLY")
}

# HmacSHA256: the parameters, NAME=VALUE on lines, are sorted by name
call_2017() {
  local action=$1 now sorted text args=() param
  printf -v now '%(%s)T'
  mapfile -t sorted < <(
    printf '%s\n' "Action=$action" "Version=$version" "Region=$region" "SecretId=$id" "Timestamp=$now" \
      "Nonce=$RANDOM" SignatureMethod=HmacSHA256 ${token:+"Token=$token"} ${2:+"$2"} | LC_ALL=C sort -t= -k1,1
  )
  text=$(IFS='&'; printf %s "POST$host/v2/index.php?${sorted[*]}")
  for param in "${sorted[@]}"; do args+=(--data-urlencode "$param"); done
  answer=$(curl -sS "$url/v2/index.php" "${args[@]}" --data-urlencode \
    "Signature=$(printf %s "$text" | openssl dgst -sha256 -hmac "$key" -binary | base64)")
}

# Each step in lines: name, action, SecretId, SecretKey, token, codes to repeat, saved variable, number of the lines with
# parameters, and these. In 3.0 they are one line of JSON.
steps() {
  node -e '
    const { credentials, steps } = JSON.parse(fs.readFileSync(process.env.CVM_SCENARIO))
    const flat = (value, name) => typeof value !== "object" ? [`${name}=${value}`]
      : Object.entries(value).flatMap(([member, part]) => flat(part, name ? `${name}.${member}` : member))
    for (const { name, action, params, credential = "main", retryOn = [], save = {} } of steps) {
      const { secretId, secretKey, token = "" } = credentials[credential]
      const lines = process.env.CVM_API === "3.0" ? [JSON.stringify(params)] : flat(params, "")
      console.log([name, action, secretId, secretKey, token, retryOn, Object.keys(save), lines.length, ...lines].join("\n"))
    }'
}

region=$(node -p 'JSON.parse(fs.readFileSync(process.env.CVM_SCENARIO)).region')
declare -A saved=()
curl --version | sed -n '1s/^curl \([^ ]*\).*/{"version":"\1"}/p'
while read -r name && read -r action && read -r id && read -r key && read -r token && read -r codes && read -r variable && read -r count; do
  params=
  for ((; count > 0; count--)); do read -r param && params+=${params:+$'\n'}$param; done
  for known in "${!saved[@]}"; do params=${params//"\$$known"/${saved[$known]}}; done
  while :; do
    if [ "$CVM_API" = 3.0 ]; then call_3_0 "$action" "$params"; else call_2017 "$action" "$params"; fi
    code=Success
    [[ $answer =~ '"Error":{"Code":"'([^\"]*) ]] && code=${BASH_REMATCH[1]}
    [[ ,$codes, == *",$code,"* ]] || break
    codes=
  done
  [[ $variable && $answer =~ skey-[0-9a-z]{8} ]] && saved[$variable]=${BASH_REMATCH[0]}
  answer=${answer#'{"Response":'}
  printf '{"step":"%s","code":"%s","answer":%s}\n' "$name" "$code" "${answer%'}'}"
done < <(steps)
