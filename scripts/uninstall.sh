#!/usr/bin/env bash
# Removes what install.sh installed. Usage: uninstall.sh PREFIX
set -euo pipefail

prefix=$1
share=$prefix/share
rm -f "$prefix/bin/w2g" "$prefix/bin/w2g-cli" "$share"/man/man1/w2g.1 "$share"/man/man1/w2g.*.1 \
    "$share/bash-completion/completions/w2g" "$share/zsh/site-functions/_w2g" \
    "$share/fish/vendor_completions.d/w2g.fish"
