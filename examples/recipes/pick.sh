#!/bin/sh
# pick.sh [QUERY]... - pick one person by typing a few letters, and see the card.
#
#   examples/recipes/pick.sh            # everybody
#   examples/recipes/pick.sh +bakery    # bakeries only
#
# Needs fzf: https://github.com/junegunn/fzf
set -eu

if ! command -v fzf >/dev/null 2>&1; then
    echo "pick.sh: fzf is not installed; get it, or use: crm search WORDS" >&2
    exit 127
fi

# The first column is the id; fzf shows the others and the five lines beside them.
tab=$(printf '\t')
picked=$(crm search "$@" --columns id,name,company,city,email |
    fzf --delimiter "$tab" --with-nth 2.. --preview 'crm show --brief {1}') || exit 0
crm show "${picked%%"$tab"*}"
