# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# The exercise's certificate authority: EC P-256 throughout, keys readable by their owner alone.
# Everything may be called again: keys are kept, and a certificate is made afresh only when it is about to lapse.

# make_authority DIR
make_authority() {
  still_good "$1/ca.pem" && [ -s "$1/ca.key" ] && return
  [ -s "$1/ca.key" ] || make_key "$1/ca.key"
  openssl req -x509 -new -sha256 -days 3650 -key "$1/ca.key" -out "$1/ca.pem.new" \
    -config <(certificate_profiles) -extensions authority -subj '/O=Cordon exercise/CN=Cordon exercise CA'
  mv "$1/ca.pem.new" "$1/ca.pem"
}

# make_certificate DIR FILE-WITHOUT-SUFFIX COMMON-NAME server|client
make_certificate() {
  local dir=$1 file=$2 name=$3 use=$4
  still_good "$file.pem" && [ -s "$file.key" ] && return
  [ -s "$file.key" ] || make_key "$file.key"
  openssl req -new -sha256 -key "$file.key" -subj "/O=Cordon exercise/CN=$name" -config <(certificate_profiles) |
    openssl x509 -req -sha256 -days 397 -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
      -extfile <(certificate_profiles) -extensions "$use" -out "$file.pem.new" 2>/dev/null
  mv "$file.pem.new" "$file.pem"
}

still_good() { [ -s "$1" ] && openssl x509 -in "$1" -noout -checkend $((7 * 86400)) >/dev/null 2>&1; }

make_key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.new" 2>/dev/null
  chmod 0600 "$1.new"
  mv "$1.new" "$1"
}

# RFC 5280 §4.2: what each kind of certificate may do. `CORDON_HOSTNAME` adds one more name for the server.
certificate_profiles() {
  cat <<END
[req]
distinguished_name = name
prompt = no
[name]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1, IP:::1, DNS:localhost${CORDON_HOSTNAME:+, DNS:$CORDON_HOSTNAME}
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
}
