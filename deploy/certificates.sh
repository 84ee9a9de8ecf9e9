#!/usr/bin/env bash
# Makes the certificates by which the parts of a cluster know each other: an
# authority of its own, and one key for each log node and for S3. What people reach
# (the proxy) has a certificate of somebody whom their browsers trust instead.
#
#     deploy/certificates.sh DIR [NAMESPACE]
#
# DIR gets ca.crt, ca.key, log-0.crt, log-0.key … s3.crt, s3.key. What is there stays,
# so that a second run only adds what is missing; delete a pair to have it made anew.
# Keep ca.key away from the machines: only this script needs it.
#
#   DAYS     how long nodes' certificates are good for (397)
#   CA_DAYS  the authority's (3650)
#   GROUP    who may read the keys beside their owner: a group id; needs root
#
# All log nodes have the same common name: by it they know a node from a client
# (EventStoreDB, "Protocol security"). Their keys are RSA, which every version reads.
set -euo pipefail
umask 077

dir="${1:?usage: certificates.sh DIR [NAMESPACE]}"
namespace="${2:-signet}"
mkdir -p "$dir"
cd "$dir"

if [[ ! -f ca.key ]]; then
  openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days "${CA_DAYS:-3650}" \
    -keyout ca.key -out ca.crt -subj "/CN=signet cluster authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
fi

# issue FILE COMMON-NAME NAME…
issue() {
  local file="$1" common="$2" names=""
  shift 2
  if [[ -f "$file.crt" && -f "$file.key" ]]; then return; fi
  for name in "$@"; do names+="DNS:$name,"; done
  openssl req -newkey rsa:3072 -nodes -sha256 -keyout "$file.key" -out "$file.csr" -subj "/CN=$common" 2>/dev/null
  openssl x509 -req -in "$file.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" \
    -days "${DAYS:-397}" -sha256 -out "$file.crt" 2>/dev/null -extfile <(cat <<EXTENSIONS
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=${names}IP:127.0.0.1
EXTENSIONS
  )
  rm -f "$file.csr"
  chmod 0640 "$file.key"
  if [[ -n "${GROUP:-}" ]]; then chgrp "$GROUP" "$file.key"; fi
  echo "$dir/$file.crt"
}

for node in log-0 log-1 log-2; do
  issue "$node" signet-log "$node" "$node.log" "$node.log.$namespace" "$node.log.$namespace.svc.cluster.local" \
    log "log.$namespace.svc.cluster.local" localhost
done
issue s3 s3 s3 "s3.$namespace" "s3.$namespace.svc.cluster.local" localhost
chmod 0644 ./*.crt
if [[ -n "${GROUP:-}" ]]; then chgrp "$GROUP" . && chmod 0750 .; fi
