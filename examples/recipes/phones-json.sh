#!/bin/sh
# phones-json.sh [QUERY]... - every number of everybody, one a line: name, tab, number.
#
#   examples/recipes/phones-json.sh city:Cieszyn
#
# Needs jq: https://jqlang.org
set -eu

if ! command -v jq >/dev/null 2>&1; then
    echo "phones-json.sh: jq is not installed; get it, or use: crm search has:phone --columns name,phones" >&2
    exit 127
fi

crm search has:phone "$@" --columns name,phones --jsonl |
    jq -r '.name as $name | .phones[] | [$name, .] | @tsv'
