# Says all its secrets as shells and small tools do.
for name in $(env | sed -n 's/^\(S_[A-Z0-9]*\)=.*/\1/p'); do
  eval "value=\$$name"
  printf '%s\n' "$value"
  printf '%s' "$value" | base64
  printf '%s' "$value" | base64 | tr -d '\n'; echo
  printf 'u:%s' "$value" | od -An -v -tx1 | tr -d ' \n'; echo
  half=$(printf '%s' "$value" | cut -c1-6)
  printf '%s' "$half"; sleep 0.05; printf '%s\n' "${value#"$half"}"
  sh -c 'echo "as an argument: $1" >&2' sh "$value"
done
export -p
env
( set -x; : "$S_TOKEN" "$S_PASSWORD" "$S_UNICODE" "$S_WORDS" ) 2>&1
for file in $FILES; do
  cat "$file"
  base64 "$file"
  sed 's/^/    /' "$file"
done
printf '\036runyard:%s a-phase-named-%s\n' "$RUNYARD_ATTEMPT" "$S_TOKEN"
echo 'said all of it'
exit "${EXIT:-0}"
