#!/usr/bin/env bash
# Installs the program, the link with the name of the program it replaces, the man pages and the completions.
# Usage: install.sh PROGRAM PREFIX
set -euo pipefail

program=$1
prefix=$2
share=$prefix/share

install -d "$prefix/bin" "$share/man/man1" "$share/bash-completion/completions" \
    "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
install -m 755 "$program" "$prefix/bin/w2g"
strip --strip-unneeded "$prefix/bin/w2g" 2>/dev/null || true
ln -sf w2g "$prefix/bin/w2g-cli"

swift package plugin --allow-writing-to-package-directory generate-manual --multi-page >/dev/null
pages=$(dirname "$(find .build/plugins -name 'w2g.1' -print -quit)")
for page in "$pages"/w2g*.1; do install -m 644 "$page" "$share/man/man1/"; done

"$prefix/bin/w2g" --generate-completion-script bash >"$share/bash-completion/completions/w2g"
"$prefix/bin/w2g" --generate-completion-script zsh >"$share/zsh/site-functions/_w2g"
"$prefix/bin/w2g" --generate-completion-script fish >"$share/fish/vendor_completions.d/w2g.fish"

echo "w2g: installed into $prefix"
